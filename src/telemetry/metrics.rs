//! CloudWatch metrics, in the embedded metric format. A log line that has metrics among its fields
//! gets a member `_aws`, which tells CloudWatch which fields they are. Nothing is sent, and nothing
//! waits.
//!
//! Format: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>

use std::time::SystemTime;

use serde::Serialize;
use tracing::Metadata;

/// Where CloudWatch keeps the metrics.
const NAMESPACE: &str = "ActionLinks";

/// Metrics, and the fields by which CloudWatch separates them.
struct Directive {
    /// Besides `function`.
    dimensions: &'static [&'static str],
    /// Names and units.
    metrics: &'static [(&'static str, &'static str)],
}

/// AWS charges for every combination of values of a metric's dimensions. So only the counts of clicks
/// have other dimensions than the function's name.
const DIRECTIVES: [Directive; 3] = [
    Directive {
        dimensions: &[],
        metrics: &[
            ("StoreLatency", "Milliseconds"),
            ("StoreFaults", "Count"),
            ("ColdStarts", "Count"),
            ("KeyAge", "Seconds"),
            ("LinksSigned", "Count"),
            ("ShortLinks", "Count"),
            ("UnknownCodes", "Count"),
            ("SettingFaults", "Count"),
        ],
    },
    Directive { dimensions: &["outcome"], metrics: &[("Clicks", "Count")] },
    Directive { dimensions: &["action", "outcome"], metrics: &[("Actions", "Count")] },
];

/// Whether lines of this kind may have metrics.
pub(super) fn are_in(metadata: &Metadata<'_>) -> bool {
    let mut names = DIRECTIVES.iter().flat_map(|directive| directive.metrics).map(|(name, _)| name);
    names.any(|name| metadata.fields().field(name).is_some())
}

/// The fields of a line. A field that is `None` is not recorded.
#[derive(Default)]
pub(super) struct Present(Vec<&'static str>);

impl Present {
    pub(super) fn note(&mut self, name: &'static str) {
        self.0.push(name);
    }

    fn has(&self, name: &str) -> bool {
        self.0.contains(&name)
    }

    /// The member `_aws`, which makes metrics of the fields.
    pub(super) fn directives(&self) -> impl Serialize {
        let directives = DIRECTIVES.iter().filter(|directive| directive.dimensions.iter().all(|name| self.has(name)));
        let metrics = directives.filter_map(|directive| {
            let metrics = directive.metrics.iter().filter(|(name, _)| self.has(name));
            let metrics: Vec<_> = metrics.map(|(name, unit)| Metric { name, unit }).collect();
            let dimensions = [&["function"], directive.dimensions].concat();
            (!metrics.is_empty()).then_some(Metrics { namespace: NAMESPACE, dimensions: [dimensions], metrics })
        });
        let timestamp = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_millis();
        Aws { timestamp, metrics: metrics.collect() }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Aws {
    /// In milliseconds since 1970.
    timestamp: u128,
    #[serde(rename = "CloudWatchMetrics")]
    metrics: Vec<Metrics>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Metrics {
    namespace: &'static str,
    dimensions: [Vec<&'static str>; 1],
    metrics: Vec<Metric>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Metric {
    name: &'static str,
    unit: &'static str,
}
