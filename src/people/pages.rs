//! The pages of people: those in charge see accounts and invitations, the people of an enterprise each other, and who is invited opens an
//! account.

use askama::Template;

use crate::accounts::state::AccountState;
use crate::catalogue::Catalogue;
use crate::core::Language;
use crate::core::actor::{Actor, Role};
use crate::core::ids::AccountId;
use crate::core::page::Slice;
use crate::people::colleagues::{self, Colleagues};
use crate::people::invitation_state::InvitationState;
use crate::people::invitations::{self, InvitationFilter, InvitationView};
use crate::people::invite;
use crate::people::queries::{self, AccountDetail, AccountFilter, AccountView};
use crate::web::Id;
use crate::web::choices::{self, Choice};
use crate::web::frame::{Frame, Member, Visit};
use crate::web::known_rooms::known;
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

/// Most people of the same role from whom to choose who takes over: all experts of a province.
const SUCCESSORS: i64 = 2_000;
/// Most open invitations on the page.
const OPEN_INVITATIONS: i64 = 200;

/// An account with its place in words.
struct Line {
    account: AccountView,
    place: String,
}

fn line(language: Language, catalogue: &Catalogue, account: AccountView) -> Line {
    let names = |codes: &[String]| {
        codes.iter().map(|code| choices::region(language, catalogue, code)).collect::<Vec<_>>().join(
            match language {
                Language::Zh => "、",
                Language::En => ", ",
            },
        )
    };
    let place = match (&account.region, &account.enterprise, &account.expert) {
        (Some(code), ..) => choices::region(language, catalogue, code),
        (_, Some(enterprise), _) => enterprise.name.clone(),
        _ if account.laboratory.is_some() => {
            account.laboratory.as_ref().map(|body| body.name.clone()).unwrap_or_default()
        }
        (_, _, Some(expert)) => format!("{} · {}", expert.title, names(&expert.regions)),
        _ => String::new(),
    };
    Line { account, place }
}

#[derive(Template)]
#[template(path = "people/people.html")]
struct PeoplePage {
    f: Frame,
    asked: QueryParams,
    role: Role,
    lines: Vec<Line>,
    pager: Pager,
    /// The open invitations, newest first.
    invitations: Vec<InvitationView>,
    regions: Vec<Choice>,
    /// The bodies whose people the reader may invite: id and name.
    bodies: Vec<(uuid::Uuid, String)>,
    /// The reader's own region, for the form.
    own: String,
    now: chrono::DateTime<chrono::Utc>,
}

/// The accounts that the reader may know of, by role, and the open invitations.
pub async fn list(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let conn = &mut *app.snapshot()?;
        let role = asked.read("role")?.unwrap_or(Role::Admin);
        let filter = AccountFilter {
            role: Some(role),
            state: asked.read("state")?,
            q: asked.get("q").map(str::to_owned),
            ..AccountFilter::default()
        };
        let catalogue = app.catalogue();
        let page = queries::list(conn, &actor, catalogue, &filter, frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || queries::count(conn, &actor, &filter))?;
        let slice = Slice { limit: OPEN_INVITATIONS, ..Slice::default() };
        let open = InvitationFilter {
            state: Some(InvitationState::Open),
            q: asked.get("q"),
            without_colleagues: true,
        };
        let open = invitations::list(conn, &actor, open, slice)?;
        Ok(PeoplePage {
            role,
            lines: page.items.into_iter().map(|account| line(frame.language, catalogue, account)).collect(),
            pager,
            invitations: open.items,
            regions: choices::regions(frame.language, &actor, catalogue),
            bodies: invite::bodies(conn, &actor)?,
            own: actor.officer_region().unwrap_or_default().to_owned(),
            now: app.clock().now(),
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

#[derive(Template)]
#[template(path = "people/person.html")]
struct PersonPage {
    f: Frame,
    detail: AccountDetail,
    place: String,
    regions: Vec<Choice>,
    /// Who could take over.
    successors: Vec<Line>,
    /// It is the reader's own account.
    own: bool,
    /// It is an officer of the reader's own region, whose secrets someone above resets.
    colleague: bool,
}

/// One account, with what is the person's and what can be done.
pub async fn one(state: State, member: Member, id: Id<AccountId>) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let (own, reader) = (person.account == id, person.account);
        let actor = Actor::Person(person);
        let conn = &mut *app.snapshot()?;
        let catalogue = app.catalogue();
        let detail = queries::get(conn, &actor, catalogue, known(app.cache())?, id)?;
        let account = &detail.account;
        let filter = AccountFilter {
            role: Some(account.role),
            state: Some(AccountState::Active),
            enterprise: account.enterprise.as_ref().map(|enterprise| enterprise.id),
            ..AccountFilter::default()
        };
        let slice = Slice { limit: SUCCESSORS, ..Slice::default() };
        let mut successors = queries::list(conn, &actor, catalogue, &filter, slice)?.items;
        let body = |of: &AccountView| of.laboratory.as_ref().map(|body| body.id);
        successors.retain(|other| {
            other.id != id
                && other.id != reader
                && body(other) == body(account)
                && match (&account.region, &other.region) {
                    (Some(former), Some(region)) => catalogue.regions.contains(region, former),
                    _ => true,
                }
        });
        let colleague = account.role == Role::Admin && account.region.as_deref() == actor.officer_region();
        Ok(PersonPage {
            colleague,
            place: line(frame.language, catalogue, account.clone()).place,
            successors: successors.into_iter().map(|other| line(frame.language, catalogue, other)).collect(),
            regions: choices::regions(frame.language, &actor, catalogue),
            detail,
            own,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

#[derive(Template)]
#[template(path = "people/colleagues.html")]
struct ColleaguesPage {
    f: Frame,
    people: Colleagues,
    now: chrono::DateTime<chrono::Utc>,
}

/// The people of the reader's enterprise.
pub async fn colleagues(state: State, member: Member) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let people = colleagues::of_caller(&mut *app.snapshot()?, &Actor::Person(person))?;
        Ok(ColleaguesPage { people, now: app.clock().now(), f: frame })
    });
    show(&f, &page.await?)
}

#[derive(Template)]
#[template(path = "people/invitation.html")]
struct InvitationPage {
    f: Frame,
}

/// The one-time link of the mail leads here; the token stands in the fragment, which no server sees.
pub async fn invitation(visit: Visit) -> Answer {
    let page = InvitationPage { f: visit.frame };
    show(&page.f, &page)
}

/// The state of an account, in words.
pub fn state_word(f: &Frame, state: AccountState) -> &'static str {
    match state {
        AccountState::Pending => f.t("待审核", "to be vetted"),
        AccountState::Active => f.t("在用", "active"),
        AccountState::Deactivated => f.t("已停用", "deactivated"),
    }
}

fn tone(state: AccountState) -> &'static str {
    match state {
        AccountState::Pending => "warn",
        AccountState::Active => "good",
        AccountState::Deactivated => "none",
    }
}

impl PeoplePage {
    /// The address of the accounts that are shown, to be exported.
    fn file(&self) -> String {
        self.asked.file_with("/api/v1/accounts", &[], &[("role", self.role.as_str())])
    }

    fn roles(&self) -> &'static [Role] {
        if self.f.role() == "operator" {
            &[Role::Admin, Role::Expert, Role::Enterprise, Role::Sampler, Role::Laboratory, Role::Operator]
        } else {
            &[Role::Admin, Role::Expert, Role::Enterprise, Role::Sampler, Role::Laboratory]
        }
    }

    fn is_operator(&self) -> bool {
        self.f.role() == "operator"
    }

    fn states(&self) -> &'static [AccountState] {
        AccountState::ALL
    }

    fn state(&self, state: &AccountState) -> &'static str {
        state_word(&self.f, *state)
    }

    fn tone(&self, state: &AccountState) -> &'static str {
        tone(*state)
    }

    fn group(&self, role: &Role) -> &str {
        match role {
            Role::Enterprise => self.f.t("企业人员", "people of enterprises"),
            Role::Operator => self.f.t("平台运营", "operators"),
            Role::Sampler => self.f.t("抽样人员", "samplers"),
            Role::Laboratory => self.f.t("检验机构人员", "people of laboratories"),
            role => self.f.role_name(role),
        }
    }

    fn expired(&self, invitation: &InvitationView) -> bool {
        invitation.expires_at <= self.now
    }
}

impl PersonPage {
    fn state(&self) -> &'static str {
        state_word(&self.f, self.detail.account.state)
    }

    fn tone(&self) -> &'static str {
        tone(self.detail.account.state)
    }

    fn is_active(&self) -> bool {
        self.detail.account.state == AccountState::Active
    }

    fn is_deactivated(&self) -> bool {
        self.detail.account.state == AccountState::Deactivated
    }

    fn is_staff(&self) -> bool {
        matches!(self.detail.account.role, Role::Admin | Role::Operator)
    }

    fn is_operator(&self) -> bool {
        self.f.role() == "operator"
    }

    fn may_act(&self) -> bool {
        self.detail.account.may_change && !self.own
    }

    fn serves(&self, code: &str) -> bool {
        self.detail.account.expert.as_ref().is_some_and(|expert| expert.regions.iter().any(|r| r == code))
    }

    fn part(&self, part: &crate::consultations::hand_over::ExpertPart) -> &'static str {
        use crate::consultations::hand_over::ExpertPart;
        match part {
            ExpertPart::Offered => self.f.t("已派单，待接诊", "offered"),
            ExpertPart::Lead => self.f.t("主诊", "leads it"),
            ExpertPart::Panel => self.f.t("会诊", "on its panel"),
        }
    }
}

impl ColleaguesPage {
    fn expired(&self, invitation: &InvitationView) -> bool {
        invitation.expires_at <= self.now
    }
}
