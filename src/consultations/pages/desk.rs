//! The expert's desk: what is offered, what is under way.

use askama::Template;
use chrono::{DateTime, NaiveDate, Utc};

use crate::app::App;
use crate::consultations::invitations::{OwnPanelInvitation, own_invitations};
use crate::consultations::pages::list::{ListedConversation, conversations};
use crate::consultations::pages::words::ConsultationWords;
use crate::consultations::queries::{self as consultations, ConsultationFilter};
use crate::consultations::status::Status;
use crate::consultations::views::ConsultationView;
use crate::core::Problem;
use crate::core::actor::{Actor, Person, Scope};
use crate::core::clock::shanghai_date;
use crate::core::ids::ExpertId;
use crate::core::page::{MAX_LIMIT, Slice};
use crate::experts::duty::{next_duty, on_duty};
use crate::experts::queries::{self as experts, ExpertView};
use crate::experts::rota::{DutyShift, shifts_of};
use crate::web::frame::{Frame, Member};
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::reply::read;
use crate::web::state::State;

/// The first page of an expert.
#[derive(Template)]
#[template(path = "consultations/desk.html")]
pub struct ExpertDesk {
    f: Frame,
    me: ExpertView,
    offered: Vec<ConsultationView>,
    /// Invitations to panels that wait for an answer.
    invitations: Vec<OwnPanelInvitation>,
    conversations: Vec<ListedConversation>,
    active: usize,
    now: String,
    on_leave: bool,
    on_duty: bool,
    next_duty: Option<DateTime<Utc>>,
    /// The share of the capacity that is taken, in percent.
    load: i32,
}

/// What is offered to the actor.
fn offered(app: &App, actor: &Actor) -> Result<Vec<ConsultationView>, Problem> {
    let filter = ConsultationFilter { status: Some(Status::Offered), ..ConsultationFilter::default() };
    let slice = Slice { limit: MAX_LIMIT, ..Slice::default() };
    Ok(consultations::list(&mut *app.snapshot()?, actor, &filter, slice)?.items)
}

/// The desk of an expert.
pub fn expert_desk(app: &App, f: Frame, person: &Person, id: ExpertId) -> Result<ExpertDesk, Problem> {
    let actor = Actor::Person(person.clone());
    let offered = offered(app, &actor)?;
    let conn = &mut *app.snapshot()?;
    let invitations = own_invitations(conn, &actor)?;
    let me = experts::get(conn, &actor, id)?;
    let now = app.clock().now();
    let calendar = &app.catalogue().calendar;
    let shifts = shifts_of(conn, id)?;
    let on_duty = on_duty(&shifts, now, calendar);
    let mut conversations = conversations(conn, person, None)?;
    // What is offered is above.
    conversations.retain(|line| line.c.status != Status::Offered);
    let private = me.private.as_ref();
    Ok(ExpertDesk {
        active: conversations.iter().filter(|line| line.c.status == Status::Active).count(),
        load: private
            .map_or(0, |p| (100 * p.open_consultations).checked_div(p.capacity).unwrap_or(100).min(100)),
        on_leave: private.and_then(|p| p.leave).is_some_and(|l| is_between(shanghai_date(now), l.from, l.to)),
        next_duty: if on_duty { None } else { next_duty(&shifts, now, calendar) },
        now: now.to_rfc3339(),
        on_duty,
        offered,
        invitations,
        conversations,
        me,
        f,
    })
}

fn is_between(day: NaiveDate, from: NaiveDate, to: NaiveDate) -> bool {
    from <= day && day <= to
}

#[derive(Template)]
#[template(path = "consultations/offers.html")]
struct OffersPart {
    f: Frame,
    offered: Vec<ConsultationView>,
    invitations: Vec<OwnPanelInvitation>,
    now: String,
}

/// What is offered and to which panels one is invited, alone, as it is now. Nobody but an expert is offered anything.
pub async fn offers_part(state: State, member: Member) -> Answer {
    let Member { frame: f, person } = member;
    let found = read(&state, move |app| {
        let actor = Actor::Person(person);
        let (offered, invitations) = match actor.scope() {
            Some(Scope::Expert(_)) => {
                (offered(app, &actor)?, own_invitations(&mut *app.snapshot()?, &actor)?)
            }
            _ => (Vec::new(), Vec::new()),
        };
        Ok((offered, invitations, app.clock().now().to_rfc3339()))
    });
    let (offered, invitations, now) = found.await?;
    let part = OffersPart { f, offered, invitations, now };
    show(&part.f, &part)
}

/// A part of a shift as it is drawn.
pub struct Block {
    /// Horizontal position, from the left edge of the chart.
    pub x: i32,
    /// Vertical position, from the top of the chart.
    pub y: i32,
    /// Ten for an hour.
    pub height: i32,
    /// Worked on public holidays, too.
    pub holidays: bool,
}

fn minutes(clock: &str) -> i32 {
    let (hours, minutes) = clock.split_once(':').unwrap_or_default();
    let number = |text: &str| text.parse::<i32>().unwrap_or(0);
    number(hours) * 60 + number(minutes)
}

/// The shifts as blocks of a drawn week; what goes on after midnight is in the next column.
/// `assets/profile.js` draws the same while it is edited.
pub fn blocks(shifts: &[DutyShift]) -> Vec<Block> {
    let mut all = Vec::new();
    for shift in shifts {
        let (from, to) = (minutes(&shift.from), minutes(&shift.to));
        for day in &shift.weekdays {
            let mut block = |day: i32, from: i32, to: i32| {
                if from < to {
                    let (x, y) = (42 + (day - 1) * 100, 22 + from / 6);
                    all.push(Block { x, y, height: (to - from) / 6, holidays: shift.holidays });
                }
            };
            if from < to {
                block(*day, from, to);
            } else {
                block(*day, from, 1440);
                block(day % 7 + 1, 0, to);
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_night_shift_is_drawn_in_two_columns() {
        let night = DutyShift { weekdays: vec![7], from: "22:00".into(), to: "06:00".into(), holidays: true };
        let drawn: Vec<_> = blocks(&[night]).iter().map(|b| (b.x, b.y, b.height)).collect();
        assert_eq!(drawn, [(642, 242, 20), (42, 22, 60)]);
        let day =
            DutyShift { weekdays: vec![1, 2], from: "09:00".into(), to: "17:30".into(), holidays: false };
        assert_eq!(blocks(&[day]).len(), 2);
    }
}
