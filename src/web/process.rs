//! The metrics of this process, by the names that Prometheus recommends, read from `/proc` whenever they are asked for.
//!
//! The collector of the crate `prometheus` gives the same, and brings two crates that describe all of `/proc`.

use nix::sys::resource::{Resource, getrlimit};
use nix::unistd::{SysconfVar, sysconf};
use prometheus::core::{Collector, Desc};
use prometheus::proto::MetricFamily;
use prometheus::{Counter, IntGauge};

use crate::core::Problem;

/// Processor time, memory, threads and open files of this process.
pub(super) struct ProcessMetrics {
    cpu_seconds: Counter,
    start_time: IntGauge,
    threads: IntGauge,
    virtual_bytes: IntGauge,
    resident_bytes: IntGauge,
    open_files: IntGauge,
    most_files: IntGauge,
}

impl ProcessMetrics {
    /// # Errors
    /// When a name is malformed, which a test excludes.
    pub(super) fn new() -> Result<Self, Problem> {
        let gauge = |name, help| IntGauge::new(name, help).map_err(Problem::internal);
        let cpu_seconds =
            Counter::new("process_cpu_seconds_total", "Total user and system CPU time spent in seconds.");
        let metrics = Self {
            cpu_seconds: cpu_seconds.map_err(Problem::internal)?,
            start_time: gauge(
                "process_start_time_seconds",
                "Start time of the process since unix epoch in seconds.",
            )?,
            threads: gauge("process_threads", "Number of OS threads in the process.")?,
            virtual_bytes: gauge("process_virtual_memory_bytes", "Virtual memory size in bytes.")?,
            resident_bytes: gauge("process_resident_memory_bytes", "Resident memory size in bytes.")?,
            open_files: gauge("process_open_fds", "Number of open file descriptors.")?,
            most_files: gauge("process_max_fds", "Maximum number of open file descriptors.")?,
        };
        metrics.start_time.set(started_at().unwrap_or(0));
        metrics.read();
        Ok(metrics)
    }

    /// Takes over what `/proc` says; what cannot be read stays as it was.
    fn read(&self) {
        if let Some(stat) = Stat::of_this_process() {
            let seconds = stat.cpu_ticks / per_second();
            self.cpu_seconds.inc_by((seconds - self.cpu_seconds.get()).max(0.0));
            self.threads.set(stat.threads);
            self.virtual_bytes.set(stat.virtual_bytes);
            self.resident_bytes
                .set(stat.resident_pages.saturating_mul(system(SysconfVar::PAGE_SIZE).unwrap_or(4096)));
        }
        if let Ok(files) = std::fs::read_dir("/proc/self/fd") {
            // One is the folder itself.
            self.open_files.set(i64::try_from(files.count()).unwrap_or(i64::MAX).saturating_sub(1));
        }
        if let Ok((soft, _)) = getrlimit(Resource::RLIMIT_NOFILE) {
            self.most_files.set(i64::try_from(soft).unwrap_or(i64::MAX));
        }
    }

    fn all(&self) -> [&dyn Collector; 7] {
        [
            &self.cpu_seconds,
            &self.start_time,
            &self.threads,
            &self.virtual_bytes,
            &self.resident_bytes,
            &self.open_files,
            &self.most_files,
        ]
    }
}

impl Collector for ProcessMetrics {
    fn desc(&self) -> Vec<&Desc> {
        self.all().into_iter().flat_map(Collector::desc).collect()
    }

    fn collect(&self) -> Vec<MetricFamily> {
        self.read();
        self.all().into_iter().flat_map(Collector::collect).collect()
    }
}

/// Fields of `/proc/self/stat` (proc(5)).
struct Stat {
    cpu_ticks: f64,
    threads: i64,
    started_ticks: f64,
    virtual_bytes: i64,
    resident_pages: i64,
}

impl Stat {
    fn of_this_process() -> Option<Self> {
        Self::parse(&std::fs::read_to_string("/proc/self/stat").ok()?)
    }

    fn parse(text: &str) -> Option<Self> {
        // The name in brackets may hold blanks and brackets; the third field of proc(5) is the first behind it.
        let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
        let field = |number: usize| fields.get(number - 3).copied();
        Some(Self {
            cpu_ticks: field(14)?.parse::<f64>().ok()? + field(15)?.parse::<f64>().ok()?,
            threads: field(20)?.parse().ok()?,
            started_ticks: field(22)?.parse().ok()?,
            virtual_bytes: field(23)?.parse().ok()?,
            resident_pages: field(24)?.parse().ok()?,
        })
    }
}

fn system(what: SysconfVar) -> Option<i64> {
    sysconf(what).ok().flatten()
}

fn per_second() -> f64 {
    system(SysconfVar::CLK_TCK).and_then(|ticks| u32::try_from(ticks).ok()).map_or(100.0, f64::from)
}

/// When the process began, in seconds since 1970.
fn started_at() -> Option<i64> {
    let text = std::fs::read_to_string("/proc/stat").ok()?;
    let booted: i64 = text.lines().find_map(|line| line.strip_prefix("btime "))?.trim().parse().ok()?;
    #[expect(clippy::cast_possible_truncation, reason = "whole seconds since the start of the machine")]
    let after = (Stat::of_this_process()?.started_ticks / per_second()) as i64;
    Some(booted.saturating_add(after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_is_measured() {
        let metrics = ProcessMetrics::new().unwrap();
        assert_eq!(metrics.desc().len(), 7);
        let families = metrics.collect();
        let names: Vec<_> = families.iter().map(MetricFamily::name).collect();
        assert!(names.contains(&"process_cpu_seconds_total") && names.contains(&"process_open_fds"));
        assert!(metrics.resident_bytes.get() > 1_000_000);
        assert!(metrics.virtual_bytes.get() >= metrics.resident_bytes.get());
        assert!(metrics.threads.get() >= 1 && metrics.open_files.get() >= 3);
        assert!(metrics.most_files.get() >= metrics.open_files.get());
        let now = chrono::Utc::now().timestamp();
        assert!((now - 3600..=now + 1).contains(&metrics.start_time.get()));
    }

    #[test]
    fn a_name_may_hold_anything() {
        let text = "7 (a ) (b) R 1 2 3 4 5 6 7 8 9 10 250 50 0 0 20 0 12 0 900 4096 2 18446744073709551615 1";
        let stat = Stat::parse(text).unwrap();
        assert_eq!((stat.cpu_ticks, stat.threads, stat.started_ticks), (300.0, 12, 900.0));
        assert_eq!((stat.virtual_bytes, stat.resident_pages), (4096, 2));
        assert!(Stat::parse("7 (a) R 1").is_none());
    }
}
