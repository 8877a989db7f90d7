//! Misspelt names: which one was probably meant.

/// How alike two names are at least, from 0 to 1, for one to be proposed in place of the other.
const ALIKE: f64 = 0.7;

/// A sentence that proposes the most similar of the known names, or else lists them.
pub(super) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    let similarity = |known: &str| strsim::jaro_winkler(name, known);
    let nearest = known.clone().max_by(|one, other| similarity(one).total_cmp(&similarity(other)));
    match nearest.filter(|nearest| similarity(nearest) >= ALIKE) {
        Some(nearest) => format!("Did you mean `{nearest}`?"),
        None => format!("There are: {}.", known.collect::<Vec<_>>().join(", ")),
    }
}
