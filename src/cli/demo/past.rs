//! The application under a clock of the past.

use crate::app::App;
use crate::core::clock::{ManualClock, shanghai_date, shanghai_midnight};
use crate::web::known_rooms::set_known;
use chrono::{DateTime, Days, Duration, NaiveDate, Utc};
use std::sync::Arc;

/// An application beside the running one, on the same database, whose clock is set to days of the past.
pub(super) struct Past {
    pub app: App,
    clock: Arc<ManualClock>,
    now: DateTime<Utc>,
}

impl Past {
    /// One beside this application, at its time.
    pub fn beside(app: &App) -> Self {
        let now = app.clock().now();
        let clock = Arc::new(ManualClock::at(now));
        let beside = App::with_clock(
            Arc::clone(app.settings()),
            app.pool().clone(),
            Arc::clone(app.catalogue()),
            clock.clone(),
        );
        set_known(beside.cache(), crate::ROOMS);
        Self { app: beside, clock, now }
    }

    /// The date so many days from today.
    pub fn day(&self, day: i64) -> NaiveDate {
        let today = shanghai_date(self.now);
        match u64::try_from(day) {
            Ok(ahead) => today.checked_add_days(Days::new(ahead)).unwrap_or(today),
            Err(_) => today.checked_sub_days(Days::new(day.unsigned_abs())).unwrap_or(today),
        }
    }

    /// The date under the clock.
    pub fn today(&self) -> NaiveDate {
        shanghai_date(self.app.clock().now())
    }

    /// Sets the clock: some minutes after nine on a day, never beyond the present.
    pub fn set(&self, day: i64, minute: i64) {
        let at = shanghai_midnight(self.day(day)) + Duration::minutes(9 * 60 + minute);
        self.clock.set(at.min(self.now));
    }

    /// Moves the clock on.
    pub fn advance(&self, by: Duration) {
        self.clock.set(self.app.clock().now() + by);
    }

    /// Sets the clock to the present.
    pub fn set_to_present(&self) {
        self.clock.set(self.now);
    }
}
