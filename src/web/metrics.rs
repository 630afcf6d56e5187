//! Prometheus metrics of one server. Others add theirs with [`Metrics::register`].

use std::time::Duration;

use prometheus::core::Collector;
use prometheus::{
    Encoder, HistogramOpts, HistogramVec, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry, TextEncoder,
};

use crate::core::Problem;
use crate::db::Pool;
use crate::web::process::ProcessMetrics;

/// The metrics of one server. Cheap to clone: all clones are the same.
#[derive(Clone)]
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    seconds: HistogramVec,
    connections: IntGaugeVec,
}

impl Metrics {
    /// A registry with the metrics of HTTP, pool, process and build.
    ///
    /// # Errors
    /// When a name is malformed or registered twice, which a test excludes.
    pub fn new() -> Result<Self, Problem> {
        let registry = Registry::new();
        let requests = IntCounterVec::new(
            Opts::new("zerodesk_http_requests_total", "HTTP requests answered"),
            &["route", "method", "status"],
        );
        let seconds = HistogramVec::new(
            HistogramOpts::new(
                "zerodesk_http_request_seconds",
                "Seconds from a request to its answer's head",
            )
            .buckets(vec![0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0]),
            &["route", "method"],
        );
        let connections = IntGaugeVec::new(
            Opts::new("zerodesk_database_connections", "Connections of the pool"),
            &["state"],
        );
        let build = IntGauge::with_opts(
            Opts::new("zerodesk_build_info", "Always 1; the labels tell the build")
                .const_label("version", env!("CARGO_PKG_VERSION")),
        );
        let metrics = Self {
            registry,
            requests: requests.map_err(Problem::internal)?,
            seconds: seconds.map_err(Problem::internal)?,
            connections: connections.map_err(Problem::internal)?,
        };
        let build = build.map_err(Problem::internal)?;
        build.set(1);
        metrics.register(metrics.requests.clone())?;
        metrics.register(metrics.seconds.clone())?;
        metrics.register(metrics.connections.clone())?;
        metrics.register(build)?;
        metrics.register(ProcessMetrics::new()?)?;
        Ok(metrics)
    }

    /// Adds a collector of another module.
    ///
    /// # Errors
    /// When its name is taken.
    pub fn register(&self, collector: impl Collector + 'static) -> Result<(), Problem> {
        self.registry.register(Box::new(collector)).map_err(Problem::internal)
    }

    /// The registry, to gather from.
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Notes an answered request. `route` is the template, never the path: paths have no end.
    pub(super) fn note(&self, route: &str, method: &str, status: u16, took: Duration) {
        // A method is whatever the client says; only the known ones become labels.
        let method = match method {
            "GET" | "HEAD" | "POST" | "PUT" | "DELETE" | "PATCH" | "OPTIONS" => method,
            _ => "other",
        };
        self.requests.with_label_values(&[route, method, &status.to_string()]).inc();
        self.seconds.with_label_values(&[route, method]).observe(took.as_secs_f64());
    }

    /// The text that Prometheus reads.
    ///
    /// # Errors
    /// When a collector gives what can't be written.
    pub fn text(&self, pool: &Pool) -> Result<Vec<u8>, Problem> {
        let (open, idle) = pool.usage();
        self.connections.with_label_values(&["busy"]).set(i64::from(open.saturating_sub(idle)));
        self.connections.with_label_values(&["idle"]).set(i64::from(idle));
        let mut text = Vec::new();
        TextEncoder::new().encode(&self.registry.gather(), &mut text).map_err(Problem::internal)?;
        Ok(text)
    }
}
