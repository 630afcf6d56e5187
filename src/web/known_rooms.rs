//! The rooms of a process, for work in the background that gathers from all of them and stands below the list.

use crate::core::{Problem, ProcessCache};
use crate::web::room::Room;
use std::sync::{Arc, OnceLock};

/// The rooms of this process, for work in the background that gathers from all of them.
#[derive(Default)]
struct Known(OnceLock<&'static [&'static Room]>);

/// Notes the rooms of this process.
pub fn set_known(cache: &Arc<ProcessCache>, rooms: &'static [&'static Room]) {
    // The first call counts.
    let _ = cache.of::<Known>().0.set(rooms);
}

/// The rooms of this process.
///
/// # Errors
/// Before they are noted.
pub fn known(cache: &ProcessCache) -> Result<&'static [&'static Room], Problem> {
    cache.of::<Known>().0.get().copied().ok_or_else(|| Problem::internal("no rooms are known"))
}
