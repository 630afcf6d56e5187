//! How far an import is, written where everyone can read it while it runs.

use crate::app::App;
use crate::core::Problem;
use crate::core::ids::ImportId;
use crate::db::pool::Connection;
use crate::db::schema::zero_out_import as imports;
use crate::jobs::Stop;
use crate::jobs::resumable::{Due, Pace};
use crate::zero_out::import::view::ImportState;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use std::cell::RefCell;

/// Is informed how far a run is.
pub trait Watch {
    /// The run begins now.
    ///
    /// # Errors
    /// When that can't be written down.
    fn begin(&self, now: DateTime<Utc>) -> Result<(), Problem>;

    /// So many rows of about so many are read.
    ///
    /// # Errors
    /// 503 when the process is about to end: the run is then undone and done again later.
    fn step(&self, processed: u64, total: u64) -> Result<(), Problem>;
}

/// Writes progress into the import's row by a connection of its own, in transactions of their own, so that others see it while
/// the run's transaction is open.
pub struct Progress<'a> {
    id: ImportId,
    conn: RefCell<Connection>,
    also: &'a dyn Fn(u64, u64),
    pace: Pace<'a, ()>,
}

impl<'a> Progress<'a> {
    /// The progress of an import. `also` is informed of rows read and of about how many there are.
    ///
    /// # Errors
    /// 503 without a connection.
    pub fn new(
        app: &App,
        id: ImportId,
        also: &'a dyn Fn(u64, u64),
        stop: Option<&'a Stop>,
    ) -> Result<Self, Problem> {
        Ok(Self { id, conn: RefCell::new(app.conn()?), also, pace: Pace::new(stop) })
    }
}

impl Watch for Progress<'_> {
    fn begin(&self, now: DateTime<Utc>) -> Result<(), Problem> {
        self.pace.step(())?;
        diesel::update(imports::table.find(self.id))
            .set((
                imports::state.eq(ImportState::Running),
                imports::started_at.eq(now),
                imports::processed.eq(0),
                imports::attempts.eq(imports::attempts + 1),
            ))
            .execute(&mut *self.conn.borrow_mut())?;
        Ok(())
    }

    fn step(&self, processed: u64, total: u64) -> Result<(), Problem> {
        (self.also)(processed, total);
        if self.pace.step(())? == Due::Nothing {
            return Ok(());
        }
        let count = |n: u64| i32::try_from(n).unwrap_or(i32::MAX);
        let written = diesel::update(imports::table.find(self.id))
            .set((imports::processed.eq(count(processed)), imports::total.eq(count(total))))
            .execute(&mut *self.conn.borrow_mut());
        if let Err(error) = written {
            tracing::debug!(%error, import = %self.id, "progress could not be written");
        }
        Ok(())
    }
}
