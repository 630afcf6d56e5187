//! The expert's desk.

use askama::Template;
use diesel::PgConnection;

use super::PageRow;
use super::frame::Frame;
use crate::consultations::Status;
use crate::consultations::queries::{self as consultations, ConsultationFilter, ConsultationView};
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::ids::ExpertId;
use crate::core::page::{MAX_LIMIT, Slice};
use crate::experts::queries::{self as experts, ExpertView};

/// The pages of this console besides the first one.
pub(super) const PAGES: &[PageRow] = &[];

#[derive(Template)]
#[template(path = "web/expert.html")]
pub(super) struct ExpertDesk {
    f: Frame,
    me: ExpertView,
    offered: Vec<ConsultationView>,
    active: Vec<ConsultationView>,
    concluded: Vec<ConsultationView>,
}

/// The desk of an expert: what is offered, what is under way.
pub(super) fn expert_desk(
    f: Frame,
    conn: &mut PgConnection,
    actor: &Actor,
    id: ExpertId,
) -> Result<ExpertDesk, Problem> {
    let me = experts::get(conn, actor, id)?;
    let mut of = |status, slice| {
        let filter = ConsultationFilter { status: Some(status), ..ConsultationFilter::default() };
        consultations::list(conn, actor, &filter, slice).map(|page| page.items)
    };
    Ok(ExpertDesk {
        offered: of(Status::Offered, Slice { limit: MAX_LIMIT, ..Slice::default() })?,
        active: of(Status::Active, Slice { limit: MAX_LIMIT, ..Slice::default() })?,
        concluded: of(Status::Concluded, Slice { limit: 20, ..Slice::default() })?,
        f,
        me,
    })
}
