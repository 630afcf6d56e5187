//! The enterprises that lists may name: an officer accepts, refuses, or names another one.

use askama::Template;

use crate::core::actor::Actor;
use crate::sampling_lists::pages::words::{likeness_word, party_word, proposal_word};
use crate::sampling_lists::proposal_state::ProposalState;
use crate::sampling_lists::proposals::queries::{self, ProposalFilter, ProposalView};
use crate::web::choices;
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

#[derive(Template)]
#[template(path = "sampling_lists/proposals.html")]
struct ProposalsPage {
    f: Frame,
    asked: QueryParams,
    /// Each with the names of both regions.
    proposals: Vec<(ProposalView, String, String)>,
    state: ProposalState,
    pager: Pager,
}

/// The page. Without a state named it shows those that wait for a decision.
pub async fn list(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let conn = &mut *app.snapshot()?;
        let state: ProposalState = asked.read("state")?.unwrap_or(ProposalState::Open);
        let filter = ProposalFilter {
            state: Some(state),
            list: asked.read("list")?,
            q: asked.get("q").map(str::to_owned),
        };
        let page = queries::list(conn, &actor, &filter, frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || queries::count(conn, &actor, &filter))?;
        let name = |code: &str| choices::region(frame.language, app.catalogue(), code);
        let line = |proposal: ProposalView| {
            let said = proposal.region.as_deref().map(name).unwrap_or_default();
            let own = name(&proposal.enterprise_region);
            (proposal, said, own)
        };
        let proposals = page.items.into_iter().map(line).collect();
        Ok(ProposalsPage { f: frame, asked, proposals, state, pager })
    });
    show(&f, &page.await?)
}

impl ProposalsPage {
    /// The states to choose from: where each leads, its word, whether it is chosen.
    fn states(&self) -> Vec<(String, &'static str, bool)> {
        let list = self.asked.get("list").map(|list| format!("&list={list}")).unwrap_or_default();
        ProposalState::ALL
            .iter()
            .map(|state| {
                let href = format!("/sampling-lists/proposals?state={state}{list}");
                (href, proposal_word(&self.f, *state), *state == self.state)
            })
            .collect()
    }

    fn party(&self, proposal: &ProposalView) -> &'static str {
        party_word(&self.f, proposal.party)
    }

    fn likeness(&self, proposal: &ProposalView) -> &'static str {
        likeness_word(&self.f, proposal.likeness)
    }

    fn decided(&self, proposal: &ProposalView) -> &'static str {
        proposal_word(&self.f, proposal.state)
    }

    /// Whether an officer may still decide.
    fn is_open(&self, proposal: &ProposalView) -> bool {
        matches!(proposal.state, ProposalState::Open | ProposalState::Refused)
    }
}
