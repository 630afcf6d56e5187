//! The metrics that the domains declare, as Prometheus collects them.

use std::collections::BTreeMap;

use prometheus::core::{Collector, Desc};
use prometheus::proto::MetricFamily;
use prometheus::{Gauge, Opts};

use crate::app::App;
use crate::core::Problem;
use crate::web::room::{Metric, Room};

/// The gauges of all rooms, read whenever they are collected.
pub(super) struct DomainMetrics {
    app: App,
    rooms: &'static [&'static Room],
    gauges: BTreeMap<&'static str, Gauge>,
}

fn read(rooms: &[&Room], app: &App) -> Vec<Metric> {
    rooms.iter().filter_map(|room| room.metrics).flat_map(|metrics| metrics(app)).collect()
}

impl DomainMetrics {
    /// Those of these rooms.
    ///
    /// # Errors
    /// When a name is malformed, which a test excludes.
    pub(super) fn of(rooms: &'static [&'static Room], app: &App) -> Result<Self, Problem> {
        let mut gauges = BTreeMap::new();
        for Metric { name, help, .. } in read(rooms, app) {
            gauges.insert(name, Gauge::with_opts(Opts::new(name, help)).map_err(Problem::internal)?);
        }
        Ok(Self { app: app.clone(), rooms, gauges })
    }
}

impl Collector for DomainMetrics {
    fn desc(&self) -> Vec<&Desc> {
        self.gauges.values().flat_map(Collector::desc).collect()
    }

    fn collect(&self) -> Vec<MetricFamily> {
        for Metric { name, value, .. } in read(self.rooms, &self.app) {
            if let (Some(gauge), Some(value)) = (self.gauges.get(name), value) {
                gauge.set(value);
            }
        }
        self.gauges.values().flat_map(Collector::collect).collect()
    }
}
