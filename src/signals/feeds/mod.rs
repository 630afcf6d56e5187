//! What other systems publish: files of Safety Gate and CPSC, put into the columns of recalls so that they are read, explained and given back by the
//! same code as all lists; and feeds of news. Pure.

mod bare;
pub mod cpsc;
mod record;
pub mod safety_gate;
pub mod syndication;
mod xml;

use crate::list_files::refusal::Refusal;
use crate::signals::feed::Feed;
use std::borrow::Cow;

/// A file as a table.
///
/// # Errors
/// Why it is none: another kind of file, broken, too large.
pub fn table(feed: Feed, bytes: &[u8]) -> Result<Cow<'_, [u8]>, Refusal> {
    match feed {
        Feed::SafetyGate => safety_gate::table(bytes).map(Cow::Owned),
        Feed::Cpsc => cpsc::table(bytes).map(Cow::Owned),
        Feed::DomesticRecalls | Feed::Penalties | Feed::Complaints => Ok(Cow::Borrowed(bytes)),
    }
}
