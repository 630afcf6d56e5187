//! The figure of the scanner for Prometheus.

use crate::app::App;
use crate::attachments::scan::record;
use crate::attachments::scan::settings::ScanSettings;
use crate::web::room::Metric;

/// How many files wait; none where files are not scanned.
pub fn metrics(app: &App) -> Vec<Metric> {
    let scanned = app.settings().section::<ScanSettings>().place().is_some();
    vec![Metric {
        name: "zerodesk_attachments_unscanned",
        help: "Uploaded files that wait to be scanned.",
        value: if scanned { record::count(app) } else { Some(0.0) },
    }]
}
