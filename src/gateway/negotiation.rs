//! Content negotiation: the kind of answer that a request asks for.

use super::pairs::Pairs;

/// Whether `Accept` (RFC 9110 §12.5.1) asks for JSON and not for HTML. `*/*` asks for neither.
pub(crate) fn wants_json(headers: &Pairs<'_>) -> bool {
    let asks_for = |wanted: fn(&str) -> bool| {
        headers.get_all("accept").flat_map(|list| list.split(',')).any(|range| {
            let mut parts = range.split(';').map(|part| part.trim().to_ascii_lowercase());
            let named = parts.next().is_some_and(|media_type| wanted(&media_type));
            named
                && !parts.any(|parameter| parameter.strip_prefix("q=").and_then(|q| q.parse::<f32>().ok()) == Some(0.0))
        })
    };
    asks_for(|media_type| media_type == "application/json" || media_type.ends_with("+json"))
        && !asks_for(|media_type| matches!(media_type, "text/html" | "application/xhtml+xml"))
}

/// The languages of `Accept-Language` (RFC 9110 §12.5.4), the preferred one first. `*` and invalid
/// entries are ignored.
pub(crate) fn languages<'a>(headers: &'a Pairs<'_>) -> Vec<&'a str> {
    let ranges = headers.get_all("accept-language").flat_map(|list| list.split(','));
    let weighted = ranges.filter_map(|range| {
        let (tag, weight) = range.split_once(';').unwrap_or((range, "q=1"));
        let weight: f32 = weight.trim().to_ascii_lowercase().strip_prefix("q=")?.parse().ok()?;
        Some((tag.trim(), weight)).filter(|(tag, weight)| *weight > 0.0 && *weight <= 1.0 && !matches!(*tag, "" | "*"))
    });
    let mut weighted: Vec<_> = weighted.collect();
    // The sort is stable: of two with the same weight, the first one comes first.
    weighted.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    weighted.into_iter().map(|(tag, _)| tag).collect()
}

/// Whether a request says that it is a prefetch, a prerender or a preview (`Sec-Purpose` of the
/// Fetch standard, and older headers).
pub(crate) fn is_prefetch(headers: &Pairs<'_>) -> bool {
    ["sec-purpose", "purpose", "x-purpose", "x-moz"].iter().flat_map(|name| headers.get_all(name)).any(|value| {
        let value = value.to_ascii_lowercase();
        ["prefetch", "prerender", "preview"].iter().any(|purpose| value.contains(purpose))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &'static str, value: &'static str) -> Pairs<'static> {
        Pairs(vec![(name.into(), value.into())])
    }

    #[test]
    fn json_is_for_those_who_ask_for_it_and_not_for_html() {
        for accept in [
            "application/json",
            "application/problem+json, */*;q=0.1",
            "Application/JSON",
            "application/json, text/html;q=0",
        ] {
            assert!(wants_json(&headers("accept", accept)), "{accept}");
        }
        for accept in ["*/*", "", "text/html", "text/html, application/json;q=0.9", "application/json;q=0"] {
            assert!(!wants_json(&headers("accept", accept)), "{accept}");
        }
        assert!(!wants_json(&Pairs::default()));
    }

    #[test]
    fn languages_come_as_they_are_wanted() {
        for (accept, wanted) in [
            ("", vec![]),
            ("da", vec!["da"]),
            ("de-CH, fr;q=0.9,en;q=0.8", vec!["de-CH", "fr", "en"]),
            ("en;q=0.2, fr;q=0.9, da, de;Q=0.9", vec!["da", "fr", "de", "en"]),
            ("*, ja;q=0.1", vec!["ja"]),
            ("en;q=0, fr; q=0.001", vec!["fr"]),
            ("en;q=x, fr;q=2, de;q=nan, es;q=-1, nl;level=1, pt", vec!["pt"]),
        ] {
            assert_eq!(languages(&headers("accept-language", accept)), wanted, "{accept}");
        }
    }

    #[test]
    fn prefetches_say_so_in_four_ways() {
        for (name, value) in [
            ("sec-purpose", "prefetch;prerender"),
            ("purpose", "Prefetch"),
            ("x-purpose", "preview"),
            ("x-moz", "prefetch"),
        ] {
            assert!(is_prefetch(&headers(name, value)), "{name}");
        }
        assert!(!is_prefetch(&headers("purpose", "reading")));
    }
}
