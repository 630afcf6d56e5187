//! The members of cohorts, and one with the evidence of its stage.

use askama::Template;

use crate::core::actor::Actor;
use crate::programmes::kind::ProgrammeKind;
use crate::programmes::queries::{self as programmes, ProgrammeFilter, ProgrammeRow};
use crate::rounds::ids::MemberId;
use crate::rounds::member_counts::{ExpertChoice, experts};
use crate::rounds::member_queries::{self, CircuitMemberDetail, CircuitMemberView, MemberFilter};
use crate::rounds::member_state::{MemberState, MemberStep};
use crate::rounds::pages::today;
use crate::rounds::stage::{CircuitStage, EvidenceKind};
use crate::rounds::words;
use crate::web::Id;
use crate::web::choices::{self, Choice};
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::params::largest_page;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

/// A member with codes in words.
pub(super) struct Listed {
    pub(super) view: CircuitMemberView,
    pub(super) place: String,
}

impl Listed {
    pub(super) fn of(f: &Frame, catalogue: &crate::catalogue::Catalogue, view: CircuitMemberView) -> Self {
        Self { place: choices::region(f.language, catalogue, &view.member.region), view }
    }
}

#[derive(Template)]
#[template(path = "rounds/members.html")]
struct MembersPage {
    f: Frame,
    asked: QueryParams,
    members: Vec<Listed>,
    pager: Pager,
    programmes: Vec<ProgrammeRow>,
    regions: Vec<Choice>,
}

/// The filter that the address of a page says.
pub(super) fn filter(asked: &QueryParams) -> Result<MemberFilter, crate::core::Problem> {
    Ok(MemberFilter {
        programme: asked.read("programme")?,
        round: asked.read("round")?,
        in_round: asked.read("in_round")?,
        stage: asked.read("stage")?,
        state: asked.read("state")?,
        region: asked.get("region").map(str::to_owned),
        expert: asked.read("expert")?,
        enterprise: asked.read("enterprise")?,
        reached: asked.read("reached")?,
        q: asked.get("q").map(str::to_owned),
    })
}

/// The list.
pub async fn list(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let (conn, catalogue) = (&mut *app.snapshot()?, app.catalogue());
        let filter = filter(&asked)?;
        let page = member_queries::list(conn, &actor, &filter, frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || member_queries::count(conn, &actor, &filter))?;
        let kind = ProgrammeFilter { kind: Some(ProgrammeKind::Circuit), ..ProgrammeFilter::default() };
        let programmes = programmes::list(conn, &actor, &kind, today(app), largest_page())?;
        Ok(MembersPage {
            members: page.items.into_iter().map(|view| Listed::of(&frame, catalogue, view)).collect(),
            pager,
            programmes: programmes.items.into_iter().map(|view| view.programme).collect(),
            regions: choices::regions(frame.language, &actor, catalogue),
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

impl MembersPage {
    fn stages(&self) -> &'static [CircuitStage] {
        CircuitStage::ALL
    }

    fn stage(&self, stage: &CircuitStage) -> &'static str {
        words::stage_word(&self.f, *stage)
    }

    fn tone(&self, stage: &CircuitStage) -> &'static str {
        words::stage_tone(*stage)
    }
}

#[derive(Template)]
#[template(path = "rounds/member.html")]
struct MemberPage {
    f: Frame,
    d: CircuitMemberDetail,
    place: String,
    experts: Vec<ExpertChoice>,
}

/// One member.
pub async fn one(state: State, member: Member, id: Id<MemberId>) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let conn = &mut *app.snapshot()?;
        let d = member_queries::detail(conn, &actor, id)?;
        Ok(MemberPage {
            place: choices::region(frame.language, app.catalogue(), &d.view.member.region),
            experts: experts(conn, d.view.member.programme_id, None)?,
            f: frame,
            d,
        })
    });
    show(&f, &page.await?)
}

impl MemberPage {
    fn stage(&self) -> &'static str {
        words::stage_word(&self.f, self.d.view.member.stage)
    }

    fn tone(&self) -> &'static str {
        words::stage_tone(self.d.view.member.stage)
    }

    fn evidence(&self, kind: &EvidenceKind) -> &'static str {
        words::evidence_word(&self.f, *kind)
    }

    fn decision(&self, step: &MemberStep) -> &'static str {
        words::decision_word(&self.f, *step)
    }

    /// The decisions that need a reason and nothing else.
    fn with_reason(&self) -> Vec<MemberStep> {
        self.d.allowed.iter().copied().filter(|step| step.needs_reason()).collect()
    }

    fn may_come_back(&self) -> bool {
        self.d.allowed.contains(&MemberStep::ComeBack)
    }

    fn may_give(&self) -> bool {
        self.d.allowed.contains(&MemberStep::GiveExpert)
    }

    fn state(&self, state: &MemberState) -> &'static str {
        words::member_word(&self.f, *state)
    }
}
