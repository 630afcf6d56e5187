//! The expert's console.

use askama::Template;
use diesel::PgConnection;

use super::frame::Frame;
use super::{PageRow, wide};
use crate::consultations::Status;
use crate::consultations::queries::{self as consultations, ConsultationFilter, ConsultationView};
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::ids::ExpertId;
use crate::core::page::Slice;
use crate::experts::queries::{self as experts, ExpertView};

/// The pages of this console besides the first one.
pub(super) const PAGES: &[PageRow] = &[];

/// The first page.
#[derive(Template)]
#[template(path = "web/expert.html")]
pub(super) struct ExpertDesk {
    f: Frame,
    me: ExpertView,
    offered: Vec<ConsultationView>,
    active: Vec<ConsultationView>,
    concluded: Vec<ConsultationView>,
}

/// The first page: what is offered and under way.
pub(super) fn desk(
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
        offered: of(Status::Offered, wide())?,
        active: of(Status::Active, wide())?,
        concluded: of(Status::Concluded, Slice { limit: 20, ..Slice::default() })?,
        f,
        me,
    })
}
