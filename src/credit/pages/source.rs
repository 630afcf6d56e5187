//! Reads what a statement is made of: the entries as they were known, and what is to be said of each.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use diesel::PgConnection;

use crate::app::App;
use crate::conduct::entries::{known_at_end_of, of_enterprise};
use crate::conduct::ids::ConductId;
use crate::conduct::pages::objection_decided;
use crate::conduct::queries::{self, ConductFilter};
use crate::conduct::score::{Entry, RuleBook};
use crate::conduct::settings::ConductSettings;
use crate::conduct::view::ConductView;
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::ids::EnterpriseId;
use crate::credit::pages::statement::Source;
use crate::credit::pages::today;
use crate::credit::statement::papers;
use crate::web::params::largest_page;

/// The most pages of entries that are read for one operator: 2,000 entries.
const MOST_PAGES: usize = 10;

/// The entries of an operator, and what is to be said of each.
pub struct Read {
    /// The entries, as they were known.
    pub entries: Vec<Entry>,
    /// What is to be said of each.
    pub views: HashMap<ConductId, ConductView>,
    /// Those of which an objection was decided.
    pub objected: HashSet<ConductId>,
}

impl Read {
    /// What a statement of a day is made of. `own`: it is read by the enterprise itself.
    pub fn source<'a>(
        &'a self,
        book: &'a RuleBook<'a>,
        (day, today): (NaiveDate, NaiveDate),
        own: bool,
    ) -> Source<'a> {
        Source { entries: &self.entries, book, views: &self.views, objected: &self.objected, day, today, own }
    }
}

/// The entries of an operator as of a day, and what is to be said of each.
///
/// # Errors
/// When the database can't be asked.
pub fn read(
    app: &App,
    conn: &mut PgConnection,
    actor: &Actor,
    id: EnterpriseId,
    day: NaiveDate,
) -> Result<Read, Problem> {
    let now = app.clock().now();
    let known = if day < today(app) { known_at_end_of(day) } else { now };
    let entries = of_enterprise(conn, id, known)?;
    let filter = ConductFilter { enterprise: Some(id), ..ConductFilter::default() };
    let rules = (app.settings().section::<ConductSettings>(), today(app));
    let (mut views, mut slice): (HashMap<ConductId, ConductView>, _) = (HashMap::new(), largest_page());
    for _ in 0..MOST_PAGES {
        let page = queries::list(conn, actor, &filter, rules, slice)?;
        let last = page.items.last().map(|view| view.id.0);
        views.extend(page.items.into_iter().map(|view| (view.id, view)));
        if page.next_cursor.is_none() {
            break;
        }
        slice.after = last;
    }
    for (id, (document_no, _)) in papers(conn, id, known)? {
        if let Some(view) = views.get_mut(&id) {
            view.document_no = document_no;
        }
    }
    let ids: Vec<ConductId> = entries.iter().map(|entry| entry.id).collect();
    Ok(Read { objected: objection_decided(conn, &ids)?, entries, views })
}
