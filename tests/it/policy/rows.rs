//! What the lists of a domain hold, what it answers for one row, and what its commands decide on a loaded row must agree, for each role.

use std::collections::BTreeSet;

use diesel::prelude::*;
use serde_json::json;
use uuid::Uuid;
use zerodesk::ROOMS;
use zerodesk::api_keys::ids::ApiKeyId;
use zerodesk::api_keys::{policy as key_policy, queries as keys};
use zerodesk::attachments::ids::AttachmentId;
use zerodesk::attachments::{AttachmentState, policy as attachment_policy, store::find};
use zerodesk::audit::{self, AuditFilter};
use zerodesk::core::Problem;
use zerodesk::core::key_scope::KeyScope;
use zerodesk::core::page::Page;
use zerodesk::db::schema::{
    api_key, attachment, audit_entry, enterprise_registration, expert_region, matching_plan, quality_alert,
    webhook, zero_out_import,
};
use zerodesk::enterprises::claim_state::ClaimState;
use zerodesk::enterprises::ids::RegistrationId;
use zerodesk::enterprises::{claims, policy as claim_policy};
use zerodesk::experts::queries::ExpertFilter;
use zerodesk::experts::{Vetting, policy as expert_policy, queries as experts};
use zerodesk::people::policy::{self as account_policy, AccountFacts};
use zerodesk::people::queries::{self as accounts, AccountFilter};
use zerodesk::plans::ids::PlanId;
use zerodesk::plans::{PlanState, list_plans, plan, policy as plan_policy};
use zerodesk::remediation::enterprises;
use zerodesk::risk::alerts::queries::AlertFilter;
use zerodesk::risk::alerts::state::AlertCause;
use zerodesk::risk::alerts::{AlertState, policy as alert_policy, queries as alerts};
use zerodesk::risk::ids::AlertId;
use zerodesk::webhooks::event::EventType;
use zerodesk::webhooks::ids::WebhookId;
use zerodesk::webhooks::state::WebhookState;
use zerodesk::webhooks::{policy as webhook_policy, queries as webhooks};
use zerodesk::zero_out::ids::ImportId;
use zerodesk::zero_out::import::{ImportState, import_status, list_imports};
use zerodesk::zero_out::queries as zero_out;

use super::*;

pub const ALL: Slice = Slice { after: None, limit: 200, rank: 0, skip: 0, order: None };

/// The ids in a list, or the status of its refusal.
pub fn listed<T>(page: Result<Page<T>, Problem>, id: impl Fn(&T) -> Uuid) -> Result<BTreeSet<Uuid>, u16> {
    let page = page.map_err(|problem| problem.status)?;
    assert!(page.next_cursor.is_none(), "the list is longer than a page");
    Ok(page.items.iter().map(id).collect())
}

/// A row that a list holds can be read or decided; one that it leaves out is 404; and where the list is refused, the row is as well.
pub fn agree<T>(place: &str, list: &Result<BTreeSet<Uuid>, u16>, id: Uuid, row: Result<T, Problem>) -> bool {
    let row = row.map(drop).map_err(|problem| problem.status);
    let wanted = match list {
        Ok(ids) if ids.contains(&id) => Ok(()),
        Ok(_) => Err(404),
        Err(status) => Err(*status),
    };
    assert_eq!(row, wanted, "{place}");
    wanted.is_ok()
}

/// A decision on a loaded row, as a command answers it.
pub fn decided(permitted: Result<(), Problem>, sees: bool) -> Result<(), Problem> {
    permitted.and_then(|()| if sees { Ok(()) } else { Err(Problem::not_found()) })
}

/// Which roles get both answers, and which only the one or the other.
pub fn assert_answers(tally: &[(Option<Role>, bool)], both: &[Role], always: &[Role], never: &[Role]) {
    for role in [Role::Enterprise, Role::Expert, Role::Admin, Role::Operator] {
        let given = [true, false].map(|sees| tally.contains(&(Some(role), sees)));
        let wanted =
            [both.contains(&role) || always.contains(&role), both.contains(&role) || never.contains(&role)];
        assert_eq!(given, wanted, "{role}");
    }
}

#[test]
fn lists_rows_and_commands_agree_on_alerts() {
    let database = Database::new();
    let (catalogue, conn) = (Catalogue::builtin().unwrap(), &mut database.connect());
    let mut world = World { conn, now: start_of_test(), made: 0 };
    let actors = world.bystanders();
    let (conn, now) = (world.conn, world.now);
    let all: Vec<(AlertId, &str)> = SCOPES.map(|region| (AlertId::new(), region)).to_vec();
    for (id, region) in &all {
        use quality_alert as a;
        diesel::insert_into(a::table)
            .values((
                a::id.eq(id),
                a::cause.eq(AlertCause::Cluster),
                a::product_kind.eq("K0101"),
                a::item.eq("x"),
                a::region.eq(region),
                a::state.eq(AlertState::Open),
                a::nonconformities.eq(1),
                a::enterprises.eq(1),
                a::window_days.eq(1),
                a::threshold.eq(1),
                a::opened_at.eq(now),
                a::updated_at.eq(now),
            ))
            .execute(conn)
            .unwrap();
    }
    let mut tally = Vec::new();
    for actor in &actors {
        let list = listed(alerts::list(conn, actor, &AlertFilter::default(), ALL), |view| view.alert.id.0);
        for (id, region) in &all {
            let place = format!("{region}: {actor:?}");
            let seen = agree(&place, &list, id.0, alerts::get(conn, actor, *id));
            let sees = alert_policy::sees(actor, region, &catalogue);
            agree(&place, &list, id.0, decided(alert_policy::permit(actor), sees));
            seen_by_role(&mut tally, actor, seen);
        }
    }
    assert_answers(&tally, &[Role::Admin], &[], &[Role::Enterprise, Role::Expert, Role::Operator]);
}

#[test]
fn lists_rows_and_commands_agree_on_webhooks_and_keys() {
    let database = Database::new();
    let (catalogue, conn) = (Catalogue::builtin().unwrap(), &mut database.connect());
    let mut world = World { conn, now: start_of_test(), made: 0 };
    let actors = world.bystanders();
    let officer = world.account(Scope::Admin("440000".to_owned())).account().unwrap();
    let (conn, now) = (world.conn, world.now);
    let all = SCOPES.map(|region| (WebhookId::new(), ApiKeyId::new(), region));
    for (hook, key, region) in &all {
        diesel::insert_into(webhook::table)
            .values((
                webhook::id.eq(hook),
                webhook::account_id.eq(officer),
                webhook::region.eq(region),
                webhook::url.eq("https://hooks.example/"),
                webhook::events.eq(vec![EventType::CaseOpened]),
                webhook::state.eq(WebhookState::Active),
                webhook::secret.eq(vec![1u8]),
                webhook::secret_kid.eq("x"),
                webhook::created_at.eq(now),
                webhook::updated_at.eq(now),
            ))
            .execute(conn)
            .unwrap();
        diesel::insert_into(api_key::table)
            .values((
                api_key::id.eq(key),
                api_key::account_id.eq(officer),
                api_key::name.eq("x"),
                api_key::hint.eq("x"),
                api_key::hash.eq(key.0.as_bytes().to_vec()),
                api_key::scopes.eq(vec![KeyScope::CasesRead]),
                api_key::region.eq(region),
                api_key::created_at.eq(now),
                api_key::expires_at.eq(now),
            ))
            .execute(conn)
            .unwrap();
    }
    let mut tally = Vec::new();
    for actor in &actors {
        let hooks = listed(webhooks::list(conn, actor, &Default::default(), ALL), |view| view.id.0);
        let of_keys = listed(keys::list(conn, actor, None, ALL, now), |view| view.id.0);
        for (hook, key, region) in &all {
            let place = format!("{region}: {actor:?}");
            let seen = agree(&place, &hooks, hook.0, webhooks::get(conn, actor, *hook));
            let sees = webhook_policy::sees(actor, region, &catalogue);
            agree(&place, &hooks, hook.0, decided(webhook_policy::permit(actor), sees));
            assert_eq!(agree(&place, &of_keys, key.0, keys::get(conn, actor, *key, now)), seen, "{place}");
            let sees = key_policy::sees(actor, region, &catalogue);
            agree(&place, &of_keys, key.0, decided(key_policy::permit(actor), sees));
            seen_by_role(&mut tally, actor, seen);
        }
    }
    assert_answers(&tally, &[Role::Admin], &[], &[Role::Enterprise, Role::Expert, Role::Operator]);
}

#[test]
fn lists_and_commands_agree_on_claims() {
    let database = Database::new();
    let (catalogue, conn) = (Catalogue::builtin().unwrap(), &mut database.connect());
    let mut world = World { conn, now: start_of_test(), made: 0 };
    let mut actors = world.bystanders();
    let mut all = Vec::new();
    for region in REGIONS {
        let (enterprise, own) = world.enterprise(region);
        actors.push(own);
        for state in ClaimState::ALL {
            use enterprise_registration as r;
            let id = RegistrationId::new();
            diesel::insert_into(r::table)
                .values((
                    r::id.eq(id),
                    r::enterprise_id.eq(enterprise),
                    r::contact_name.eq("x"),
                    r::language.eq("zh-CN"),
                    r::state.eq(*state),
                    r::expires_at.eq(world.now),
                    r::created_at.eq(world.now),
                ))
                .execute(world.conn)
                .unwrap();
            all.push((id, region));
        }
    }
    let (conn, mut tally) = (world.conn, Vec::new());
    for actor in &actors {
        let list = listed(claims::list(conn, actor, None, None, ALL), |view| view.id.0);
        for (id, region) in &all {
            let sees = claim_policy::sees(actor, region, &catalogue);
            let decided = decided(claim_policy::permit(actor), sees);
            seen_by_role(&mut tally, actor, agree(&format!("{region}: {actor:?}"), &list, id.0, decided));
        }
    }
    assert_answers(&tally, &[Role::Admin], &[Role::Operator], &[Role::Enterprise, Role::Expert]);
}

/// An expert at a point of the vetting who serves these regions, with the expert's account.
fn serving(world: &mut World<'_>, vetting: Vetting, regions: &[&str]) -> (ExpertId, Actor) {
    let (id, own) = world.expert();
    diesel::update(expert::table.find(id)).set(expert::vetting.eq(vetting)).execute(world.conn).unwrap();
    for region in regions {
        diesel::insert_into(expert_region::table)
            .values((expert_region::expert_id.eq(id), expert_region::region.eq(region)))
            .execute(world.conn)
            .unwrap();
    }
    (id, own)
}

#[test]
fn lists_rows_and_commands_agree_on_experts() {
    let database = Database::new();
    let (catalogue, conn) = (Catalogue::builtin().unwrap(), &mut database.connect());
    let mut world = World { conn, now: start_of_test(), made: 0 };
    let (mut actors, mut all) = (world.bystanders(), Vec::new());
    for vetting in Vetting::ALL {
        for regions in [&["440000"][..], &["440100"], &["440106", "440305"], &["441900"]] {
            let (id, own) = serving(&mut world, *vetting, regions);
            all.push(id);
            actors.push(own);
        }
    }
    let (conn, mut tally) = (world.conn, Vec::new());
    for actor in &actors {
        let list = listed(experts::list(conn, actor, &ExpertFilter::default(), ALL), |view| view.id.0);
        let person = actor.scope().is_some();
        for id in &all {
            let facts = expert_policy::facts(conn, *id).unwrap();
            let place = format!("{facts:?}: {actor:?}");
            let seen = agree(&place, &list, id.0, experts::get(conn, actor, *id));
            seen_by_role(&mut tally, actor, seen);
            if !person {
                continue;
            }
            // What may not be done with an expert whom one sees is 403, with another one 404.
            let duty = expert_policy::permit(actor, expert_policy::Action::SetDuty, &facts, &catalogue);
            assert_eq!(duty.is_err_and(|problem| problem.status == 404), !seen, "duty: {place}");
            let judges =
                expert_policy::permit(actor, expert_policy::Action::JudgeConflicts, &facts, &catalogue);
            assert!(
                seen || judges.is_err_and(|problem| problem.status == 404)
                    || serves_above(actor, &facts.regions),
                "{place}"
            );
            let vets = expert_policy::permit_vetting(actor).is_ok()
                && expert_policy::may_vet(actor, &facts, &catalogue);
            assert!(seen || !vets, "vetting: {place}");
        }
        let applications = experts::applications(conn, actor, &ExpertFilter::default(), ALL);
        assert_eq!(applications.is_ok(), expert_policy::permit_vetting(actor).is_ok(), "{actor:?}");
    }
    assert_answers(&tally, &[Role::Enterprise, Role::Expert, Role::Admin], &[Role::Operator], &[]);
}

/// An applicant who serves a region above the officer's is not listed, but the officer may record a conflict of interest.
fn serves_above(actor: &Actor, regions: &[String]) -> bool {
    actor.officer_region().is_some_and(|scope| {
        let above = |served: &String| scope.starts_with(served.trim_end_matches('0'));
        regions.iter().any(above)
    })
}

#[test]
fn lists_and_rows_agree_on_imports() {
    let database = Database::new();
    let (catalogue, conn) = (Catalogue::builtin().unwrap(), &mut database.connect());
    let mut world = World { conn, now: start_of_test(), made: 0 };
    let actors = world.bystanders();
    let (conn, now) = (world.conn, world.now);
    let regions = SCOPES.into_iter().map(Some).chain([None]);
    let all: Vec<(ImportId, Option<&str>)> = regions.map(|region| (ImportId::new(), region)).collect();
    for (id, region) in &all {
        use zero_out_import as i;
        diesel::insert_into(i::table)
            .values((
                i::id.eq(id),
                i::region.eq(*region),
                i::file_name.eq("x"),
                i::sha256.eq(vec![0; 32]),
                i::dry_run.eq(false),
                i::state.eq(ImportState::Queued),
                i::created_at.eq(now),
            ))
            .execute(conn)
            .unwrap();
    }
    let mut tally = Vec::new();
    for actor in &actors {
        let list = listed(list_imports(conn, actor, None, ALL), |view| view.id.0);
        for (id, region) in &all {
            let place = format!("{region:?}: {actor:?}");
            let seen = agree(&place, &list, id.0, import_status(conn, actor, *id));
            let within = actor.officer_region().zip(*region);
            let within = within.is_some_and(|(scope, region)| catalogue.regions.contains(scope, region));
            let all = *actor == Actor::System || actor.scope() == Some(&Scope::Operator);
            assert_eq!(seen, all || within, "{place}");
            seen_by_role(&mut tally, actor, seen);
        }
    }
    assert_answers(&tally, &[Role::Admin], &[Role::Operator], &[Role::Enterprise, Role::Expert]);
}

#[test]
fn lists_rows_and_commands_agree_on_plans() {
    let database = Database::new();
    let (catalogue, conn) = (Catalogue::builtin().unwrap(), &mut database.connect());
    let mut world = World { conn, now: start_of_test(), made: 0 };
    let actors = world.bystanders();
    let by = world.account(Scope::Admin("440000".to_owned())).account().unwrap();
    let (conn, now) = (world.conn, world.now);
    let all: Vec<(PlanId, &str)> = SCOPES.map(|region| (PlanId::new(), region)).to_vec();
    for (id, region) in &all {
        use matching_plan as p;
        diesel::insert_into(p::table)
            .values((
                p::id.eq(id),
                p::name.eq("x"),
                p::requested_by.eq(by),
                p::region.eq(region),
                p::rounds.eq(1),
                p::capacity_basis.eq("free"),
                p::state.eq(PlanState::Queued),
                p::created_at.eq(now),
            ))
            .execute(conn)
            .unwrap();
    }
    let mut tally = Vec::new();
    for actor in &actors {
        let list = listed(list_plans(conn, actor, None, ALL), |view| view.id.0);
        for (id, region) in &all {
            let place = format!("{region}: {actor:?}");
            let seen = agree(&place, &list, id.0, plan(conn, actor, *id));
            let sees = plan_policy::sees(actor, region, &catalogue);
            agree(&place, &list, id.0, decided(plan_policy::permit(actor), sees));
            seen_by_role(&mut tally, actor, seen);
        }
    }
    assert_answers(&tally, &[Role::Admin], &[], &[Role::Enterprise, Role::Expert, Role::Operator]);
}

#[test]
fn the_audit_shows_officers_their_region() {
    let database = Database::new();
    let (catalogue, conn) = (Catalogue::builtin().unwrap(), &mut database.connect());
    let mut world = World { conn, now: start_of_test(), made: 0 };
    let actors = world.bystanders();
    let (conn, now) = (world.conn, world.now);
    let regions = SCOPES.into_iter().map(Some).chain([None]);
    let all: Vec<(Uuid, Option<&str>)> = regions.map(|region| (Uuid::now_v7(), region)).collect();
    for (subject, region) in &all {
        use audit_entry as e;
        diesel::insert_into(e::table)
            .values((
                e::at.eq(now),
                e::actor_role.eq("system"),
                e::action.eq("x"),
                e::subject_type.eq("x"),
                e::subject_id.eq(subject),
                e::region.eq(*region),
                e::data.eq(json!({})),
            ))
            .execute(conn)
            .unwrap();
    }
    let mut tally = Vec::new();
    for actor in &actors {
        let list =
            listed(audit::list(conn, actor, &AuditFilter::default(), ALL), |row| row.subject_id.unwrap());
        for (subject, region) in &all {
            let within = actor.officer_region().zip(*region);
            let within = within.is_some_and(|(scope, region)| catalogue.regions.contains(scope, region));
            let seen = list.as_ref().is_ok_and(|ids| ids.contains(subject));
            let operator = actor.scope() == Some(&Scope::Operator);
            assert_eq!(seen, operator || within, "{region:?}: {actor:?}");
            seen_by_role(&mut tally, actor, seen);
        }
    }
    assert_answers(&tally, &[Role::Admin], &[Role::Operator], &[Role::Enterprise, Role::Expert]);
}

#[test]
fn lists_and_rows_agree_on_enterprises() {
    let database = Database::new();
    let conn = &mut database.connect();
    let mut world = World { conn, now: start_of_test(), made: 0 };
    let mut actors = world.bystanders();
    let (holder, holding) = world.expert();
    actors.push(holding);
    let mut all = Vec::new();
    for (n, region) in REGIONS.into_iter().enumerate() {
        let (id, own) = world.enterprise(region);
        all.push(id);
        if n % 2 == 0 {
            world.consultation((id, &own), None, Status::Active, holder);
        }
        actors.push(own);
    }
    let (conn, mut tally) = (world.conn, Vec::new());
    for actor in &actors {
        let list = listed(zero_out::list(conn, actor, &zero_out::Filter::default(), ALL), |view| view.id.0);
        for id in &all {
            let seen = agree(&format!("{id}: {actor:?}"), &list, id.0, enterprises::get(conn, actor, *id));
            seen_by_role(&mut tally, actor, seen);
        }
    }
    assert_answers(&tally, &[Role::Enterprise, Role::Expert, Role::Admin], &[Role::Operator], &[]);
}

/// A file of someone's, used at a place or nowhere.
fn attach(
    world: &mut World<'_>,
    owner: &Actor,
    used: (Option<(ConsultationId, &str)>, Option<CaseId>),
) -> AttachmentId {
    use attachment as a;
    let (id, (talk, case)) = (AttachmentId::new(), used);
    diesel::insert_into(a::table)
        .values((
            a::id.eq(id),
            a::owner_id.eq(owner.account().unwrap()),
            a::name.eq("x.pdf"),
            a::content_type.eq("application/pdf"),
            a::size.eq(1),
            a::sha256.eq(vec![0; 32]),
            a::state.eq(AttachmentState::Uploaded),
            a::consultation_id.eq(talk.map(|(id, _)| id)),
            a::stream.eq(talk.map(|(_, stream)| stream)),
            a::case_id.eq(case),
            a::created_at.eq(world.now),
        ))
        .execute(world.conn)
        .unwrap();
    id
}

#[test]
fn a_file_is_read_by_whoever_sees_a_place_where_it_is_used() {
    let database = Database::new();
    let conn = &mut database.connect();
    let mut world = World { conn, now: start_of_test(), made: 0 };
    let mut actors = world.bystanders();
    let ((holder, holding), (enterprise, own)) = (world.expert(), world.enterprise("440103"));
    let about = world.nonconformity(enterprise);
    let case = world.case(enterprise, about, CaseState::Correcting, None);
    let talk = world.consultation((enterprise, &own), Some(about), Status::Active, holder);
    world.takes_part(talk, &holding, "expert", false);
    let places = [
        (None, None),
        (Some((talk, "talk")), None),
        (Some((talk, "notes")), None),
        (None, Some(case)),
        (Some((talk, "talk")), Some(case)),
    ];
    let files = places.map(|used| (attach(&mut world, &holding, used), used));
    actors.extend([holding.clone(), own]);
    let (conn, mut tally) = (world.conn, Vec::new());
    let row: Talk = consultation::table.find(talk).select(Talk::as_select()).first(conn).unwrap();
    for (id, (talk, case)) in files {
        for actor in &actors {
            let in_talk = talk.is_some_and(|(id, stream)| {
                let notes = stream == "notes";
                queries::get(conn, actor, id).is_ok()
                    && (!notes || permit(actor, Action::ReadNotes, &row).is_ok())
            });
            let in_case = case.is_some_and(|id| {
                let seen = cases::visible_to(actor).filter(remediation_case::id.eq(id)).count();
                seen.get_result::<i64>(conn).unwrap() == 1
            });
            let own = talk.is_none() && case.is_none() && actor == &holding;
            let place = format!("{talk:?} {case:?}: {actor:?}");
            let file = find(conn, id).unwrap();
            let sees = attachment_policy::sees(conn, ROOMS, actor, &file).unwrap();
            assert_eq!(sees, in_talk || in_case || own, "{place}");
            let read = attachment_policy::readable(conn, ROOMS, actor, id).map(drop);
            assert_eq!(
                read.map_err(|problem| problem.status),
                if sees { Ok(()) } else { Err(404) },
                "{place}"
            );
            seen_by_role(&mut tally, actor, sees);
        }
    }
    assert_answers(&tally, &[Role::Enterprise, Role::Expert, Role::Admin], &[], &[Role::Operator]);
}

#[test]
fn lists_rows_and_commands_agree_on_accounts() {
    let database = Database::new();
    let (catalogue, conn) = (Catalogue::builtin().unwrap(), &mut database.connect());
    let mut world = World { conn, now: start_of_test(), made: 0 };
    let mut actors = world.bystanders();
    for vetting in Vetting::ALL {
        for regions in [&["440000"][..], &["440100"], &["440106", "440305"]] {
            actors.push(serving(&mut world, *vetting, regions).1);
        }
    }
    for region in REGIONS {
        actors.push(world.enterprise(region).1);
    }
    let all: Vec<AccountId> = actors.iter().filter_map(Actor::account).collect();
    let (conn, mut tally) = (world.conn, Vec::new());
    for actor in &actors {
        let filter = AccountFilter::default();
        let list = listed(accounts::list(conn, actor, &catalogue, &filter, ALL), |view| view.id.0);
        for id in &all {
            let row = zerodesk::accounts::store::find(conn, *id).unwrap();
            let facts = AccountFacts::of(conn, &row).unwrap();
            let place = format!("{facts:?}: {actor:?}");
            agree(&place, &list, id.0, accounts::get(conn, actor, &catalogue, zerodesk::ROOMS, *id));
            let sees = account_policy::sees(actor, &facts, &catalogue);
            let decided = decided(account_policy::permit(actor), sees);
            seen_by_role(&mut tally, actor, agree(&place, &list, id.0, decided));
            let changes = account_policy::permit_change(actor, &facts, &catalogue).is_ok();
            assert!(sees || !changes, "{place}: what one may not know of is not changed");
        }
    }
    assert_answers(&tally, &[Role::Admin], &[Role::Operator], &[Role::Enterprise, Role::Expert]);
}
