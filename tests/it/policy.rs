//! Who may see what is decided twice, for a loaded row (`sees`) and for lists (`visible_to`), and a
//! third time in SQL by the statement that stores messages (`chat_rights`, and the writers that each stream
//! names). They must agree, over role × region × state.

mod campaigns;
mod conduct;
mod credit;
mod credit_codes;
mod cross_inspections;
mod engagements;
mod inspections;
mod online_sessions;
mod penalty_lists;
mod personal_requests;
mod programmes;
mod rounds;
mod rows;
mod sampling_lists;
mod signals;
mod vouchers;

use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Text, Uuid as SqlUuid};
use zerodesk::catalogue::Catalogue;
use zerodesk::consultations::consultation::Row as Talk;
use zerodesk::consultations::policy as talks;
use zerodesk::consultations::policy::{Action, permit};
use zerodesk::consultations::{Status, queries};
use zerodesk::core::Role;
use zerodesk::core::actor::{Actor, Scope};
use zerodesk::core::ids::{AccountId, ConsultationId, EnterpriseId, ExpertId};
use zerodesk::core::page::Slice;
use zerodesk::db::schema::{
    chat_stream, consultation, consultation_participant, enterprise, expert, nonconformity, remediation_case,
};
use zerodesk::enterprises::ids::NonconformityId;
use zerodesk::remediation::CaseState;
use zerodesk::remediation::ids::CaseId;
use zerodesk::remediation::policy as cases;
use zerodesk::remediation::store::Row as Case;

use crate::support::csv::uscc;
use crate::support::database::insert_account;
use crate::support::{Database, start_of_test};

/// A district, another of the same city, one of another city, and a city without districts.
const REGIONS: [&str; 4] = ["440103", "440106", "440305", "441900"];
const SCOPES: [&str; 7] = ["440000", "440100", "440300", "440103", "440106", "440305", "441900"];

struct World<'a> {
    conn: &'a mut PgConnection,
    now: DateTime<Utc>,
    made: u32,
}

impl World<'_> {
    fn account(&mut self, scope: Scope) -> Actor {
        insert_account(self.conn, scope, self.now)
    }

    fn expert(&mut self) -> (ExpertId, Actor) {
        let id = ExpertId::new();
        diesel::insert_into(expert::table)
            .values((
                expert::id.eq(id),
                expert::name.eq("x"),
                expert::title.eq("x"),
                expert::email.eq("x@expert.example"),
                expert::languages.eq(vec!["zh-CN"]),
                expert::capacity.eq(100),
                expert::vetting.eq("approved"),
                expert::applied_at.eq(self.now),
                expert::updated_at.eq(self.now),
            ))
            .execute(self.conn)
            .unwrap();
        (id, self.account(Scope::Expert(id)))
    }

    fn enterprise(&mut self, region: &str) -> (EnterpriseId, Actor) {
        self.made += 1;
        let id = EnterpriseId::new();
        diesel::insert_into(enterprise::table)
            .values((
                enterprise::id.eq(id),
                enterprise::uscc.eq(uscc(self.made)),
                enterprise::name.eq("x"),
                enterprise::operating_status.eq("operating"),
                enterprise::region.eq(region),
                enterprise::created_at.eq(self.now),
                enterprise::updated_at.eq(self.now),
            ))
            .execute(self.conn)
            .unwrap();
        (id, self.account(Scope::Enterprise(id)))
    }

    fn nonconformity(&mut self, enterprise: EnterpriseId) -> NonconformityId {
        let id = NonconformityId::new();
        diesel::insert_into(nonconformity::table)
            .values((
                nonconformity::id.eq(id),
                nonconformity::enterprise_id.eq(enterprise),
                nonconformity::product_kind.eq("K0101"),
                nonconformity::report_no.eq(id.to_string()),
                nonconformity::inspected_on.eq(self.now.date_naive()),
                nonconformity::failed_items.eq(vec!["x"]),
                nonconformity::created_at.eq(self.now),
                nonconformity::updated_at.eq(self.now),
            ))
            .execute(self.conn)
            .unwrap();
        id
    }

    /// A consultation in a status; the expert is none while it waits.
    fn consultation(
        &mut self,
        of: (EnterpriseId, &Actor),
        about: Option<NonconformityId>,
        status: Status,
        expert: ExpertId,
    ) -> ConsultationId {
        let (id, opener) = (ConsultationId::new(), of.1.account().unwrap());
        let at = |when: bool| when.then_some(self.now);
        diesel::insert_into(consultation::table)
            .values((
                consultation::id.eq(id),
                consultation::enterprise_id.eq(of.0),
                consultation::nonconformity_id.eq(about),
                consultation::product_kind.eq("K0101"),
                consultation::subject.eq("x"),
                consultation::question.eq("x"),
                consultation::status.eq(status),
                consultation::expert_id.eq((status != Status::Waiting).then_some(expert)),
                consultation::offer_expires_at.eq(at(status == Status::Offered)),
                consultation::concluded_at.eq(at(status == Status::Concluded)),
                consultation::opened_by.eq(opener),
                consultation::opened_at.eq(self.now),
                consultation::updated_at.eq(self.now),
            ))
            .execute(self.conn)
            .unwrap();
        self.takes_part(id, of.1, "enterprise", false);
        for stream in ["talk", "notes"] {
            diesel::insert_into(chat_stream::table)
                .values((chat_stream::consultation_id.eq(id), chat_stream::stream.eq(stream)))
                .execute(self.conn)
                .unwrap();
        }
        id
    }

    fn takes_part(&mut self, id: ConsultationId, who: &Actor, role: &str, removed: bool) {
        use consultation_participant as p;
        diesel::insert_into(p::table)
            .values((
                p::consultation_id.eq(id),
                p::account_id.eq(who.account().unwrap()),
                p::role.eq(role),
                p::joined_at.eq(self.now),
                p::removed_at.eq(removed.then_some(self.now)),
            ))
            // People of enterprises take part by themselves.
            .on_conflict((p::consultation_id, p::account_id))
            .do_nothing()
            .execute(self.conn)
            .unwrap();
    }

    fn case(
        &mut self,
        of: EnterpriseId,
        about: NonconformityId,
        state: CaseState,
        to: Option<&str>,
    ) -> CaseId {
        let (id, today) = (CaseId::new(), self.now.date_naive());
        // Handed over, and over once more: the one between has had it, too.
        let (handled_in, handed_over_by) = match to {
            Some(to) => (Some(to), vec!["440106".to_owned()]),
            None => (None, Vec::new()),
        };
        use remediation_case as c;
        diesel::insert_into(c::table)
            .values((
                c::id.eq(id),
                c::nonconformity_id.eq(about),
                c::enterprise_id.eq(of),
                c::state.eq(state),
                c::rule_version.eq("x"),
                c::ordered_on.eq(today),
                c::rectify_by.eq(today + chrono::Days::new(60)),
                c::reinspect_by.eq(today + chrono::Days::new(75)),
                c::handled_in.eq(handled_in),
                c::handed_over_by.eq(handed_over_by),
                c::cleared_at.eq((state == CaseState::Cleared).then_some(self.now)),
                c::withdrawn_at.eq((state == CaseState::Withdrawn).then_some(self.now)),
                c::created_at.eq(self.now),
                c::updated_at.eq(self.now),
            ))
            .execute(self.conn)
            .unwrap();
        id
    }

    /// People without a relation to a single consultation or case.
    fn bystanders(&mut self) -> Vec<Actor> {
        let mut all = vec![Actor::System, Actor::Anonymous, self.account(Scope::Operator), self.expert().1];
        all.push(self.enterprise("440103").1);
        all.extend(SCOPES.map(|code| self.account(Scope::Admin(code.to_owned()))));
        all
    }
}

#[derive(QueryableByName)]
struct Right {
    #[diesel(sql_type = Text)]
    word: String,
}

fn right(conn: &mut PgConnection, id: ConsultationId, stream: &str, who: AccountId) -> String {
    let query = diesel::sql_query(
        "SELECT (chat_rights(ARRAY[$1], ARRAY[$2 <> 'talk'], ARRAY[1], ARRAY[$3]))[1] AS word",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Text, _>(stream)
    .bind::<SqlUuid, _>(who);
    query.get_result::<Right>(conn).unwrap().word
}

/// What may become of consultations and of those who take part.
const CHANGES: [&str; 7] = [
    "SELECT 1",
    "UPDATE consultation SET status = 'concluded', concluded_at = now() WHERE status = 'active'",
    "UPDATE consultation SET status = 'active', concluded_at = NULL WHERE status = 'concluded'",
    "UPDATE consultation_participant SET removed_at = now() WHERE role = 'expert'",
    "UPDATE consultation_participant SET removed_at = NULL WHERE role = 'expert'",
    "DELETE FROM consultation_participant WHERE role = 'expert'",
    "UPDATE consultation_participant SET removed_at = now()",
];

/// Each stream names those as its writers who may write in it because they take part; storing looks at no more in the common
/// case. Gives how many there are.
fn assert_writers(conn: &mut PgConnection, all: &[ConsultationId], actors: &[Actor]) -> usize {
    let mut count = 0;
    for (id, stream) in all.iter().flat_map(|id| [(*id, "talk"), (*id, "notes")]) {
        let named: Vec<uuid::Uuid> =
            chat_stream::table.find((id, stream)).select(chat_stream::writers).first(conn).unwrap();
        for actor in actors {
            let Some(account) = actor.account() else { continue };
            let takes_part = actor.scope().map(Scope::role) != Some(Role::Admin);
            let writes = takes_part && right(conn, id, stream, account) == "allowed";
            assert_eq!(named.contains(&account.0), writes, "{stream}: {actor:?}");
        }
        count += named.len();
    }
    count
}

/// How often each answer was given for a role, so that a test of nothing is noticed.
fn seen_by_role(tally: &mut Vec<(Option<Role>, bool)>, actor: &Actor, sees: bool) {
    tally.push((actor.scope().map(Scope::role), sees));
}

fn assert_both_answers(tally: &[(Option<Role>, bool)]) {
    for role in [Role::Enterprise, Role::Expert, Role::Admin] {
        for sees in [true, false] {
            assert!(tally.contains(&(Some(role), sees)), "no {role} with the answer {sees}");
        }
    }
    assert!(!tally.contains(&(Some(Role::Operator), true)), "the operator has no part in the content");
}

#[test]
fn lists_rows_and_the_chat_agree_on_consultations() {
    let database = Database::new();
    let (catalogue, conn) = (Catalogue::builtin().unwrap(), &mut database.connect());
    let mut world = World { conn, now: start_of_test(), made: 0 };
    let mut actors = world.bystanders();
    let (holder, holding) = world.expert();
    let (_, former) = world.expert();
    let (_, panelist) = world.expert();
    actors.extend([holding.clone(), former.clone(), panelist.clone()]);
    let mut all = Vec::new();
    for region in REGIONS {
        let (id, own) = world.enterprise(region);
        for status in Status::ALL {
            let talk = world.consultation((id, &own), None, *status, holder);
            if matches!(status, Status::Active | Status::Concluded) {
                world.takes_part(talk, &holding, "expert", false);
                world.takes_part(talk, &panelist, "expert", false);
            }
            world.takes_part(talk, &former, "expert", true);
            all.push(talk);
        }
        actors.push(own);
    }
    let conn = world.conn;
    let mut tally = Vec::new();
    for id in all.iter().copied() {
        let row: Talk = consultation::table.find(id).select(Talk::as_select()).first(conn).unwrap();
        let ties = talks::access_context(conn, &row).unwrap();
        for actor in &actors {
            let sees = talks::sees(actor, &row, &ties, &catalogue);
            let listed: i64 =
                talks::visible_to(actor).filter(consultation::id.eq(id)).count().get_result(conn).unwrap();
            let place = format!("{} in {}: {actor:?}", row.status, ties.region);
            assert_eq!(listed == 1, sees, "{place}");
            assert_eq!(queries::get(conn, actor, id).is_ok(), sees, "{place}");
            seen_by_role(&mut tally, actor, sees);
            let Some(account) = actor.account() else { continue };
            let notes = sees && permit(actor, Action::ReadNotes, &row).is_ok();
            assert_eq!(right(conn, id, "talk", account) != "hidden", sees, "talk: {place}");
            assert_eq!(right(conn, id, "notes", account) != "hidden", notes, "notes: {place}");
        }
    }
    assert_both_answers(&tally);
    assert!(tally.len() > 250);
    // Whatever changes, each stream names those who may write in it because they take part.
    let mut writers = Vec::new();
    for change in CHANGES {
        conn.batch_execute(change).unwrap();
        writers.push(assert_writers(conn, &all, &actors));
    }
    assert!(writers.contains(&0) && writers.iter().filter(|n| **n > 0).count() > 4, "{writers:?}");
    // A list contains exactly the rows that are seen.
    for actor in &actors {
        let slice = Slice { limit: 200, ..Slice::default() };
        let listed = queries::list(conn, actor, &Default::default(), slice).unwrap().items.len();
        let seen: i64 = talks::visible_to(actor).count().get_result(conn).unwrap();
        assert_eq!(i64::try_from(listed).unwrap(), seen, "{actor:?}");
    }
}

#[test]
fn lists_and_rows_agree_on_cases() {
    let database = Database::new();
    let (catalogue, conn) = (Catalogue::builtin().unwrap(), &mut database.connect());
    let mut world = World { conn, now: start_of_test(), made: 0 };
    let mut actors = world.bystanders();
    let (holder, holding) = world.expert();
    let (_, former) = world.expert();
    actors.extend([holding.clone(), former.clone()]);
    let mut all = Vec::new();
    for region in REGIONS {
        let (id, own) = world.enterprise(region);
        for (n, state) in CaseState::ALL.iter().enumerate() {
            let about = world.nonconformity(id);
            let to = (n % 5 == 0).then_some("440305");
            all.push(world.case(id, about, *state, to));
            // With a consultation about it, with one that is only offered, with one about another
            // thing, and with none.
            let (status, about) = match n % 4 {
                0 => (Status::Active, Some(about)),
                1 => (Status::Offered, Some(about)),
                2 => (Status::Active, None),
                _ => continue,
            };
            let talk = world.consultation((id, &own), about, status, holder);
            if status == Status::Active {
                world.takes_part(talk, &holding, "expert", false);
            }
            world.takes_part(talk, &former, "expert", true);
        }
        actors.push(own);
    }
    let conn = world.conn;
    let mut tally = Vec::new();
    for id in all {
        let row: Case = remediation_case::table.find(id).select(Case::as_select()).first(conn).unwrap();
        let context = cases::access_context(conn, &row).unwrap();
        for actor in &actors {
            let sees = cases::sees(actor, &row, &context, &catalogue);
            let listed: i64 = cases::visible_to(actor)
                .filter(remediation_case::id.eq(id))
                .count()
                .get_result(conn)
                .unwrap();
            assert_eq!(listed == 1, sees, "{} in {}: {actor:?}", row.state, context.region);
            seen_by_role(&mut tally, actor, sees);
        }
    }
    assert_both_answers(&tally);
    assert!(tally.len() > 300);
}
