//! The mails of an applied plan: an invitation to each enterprise that gets an expert or another one; to each expert, which enterprises are
//! new and which no longer theirs. Where the expert stays nobody gets a mail for it.

use crate::catalogue::Catalogue;
use crate::core::ids::ExpertId;
use crate::core::{Language, Problem};
use crate::db::Tx;
use crate::notifications::outbox::{Recipient, enqueue_all};
use crate::plans::ids::PlanId;
use crate::plans::mails::Mail;
use chrono::Duration;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Jsonb, Nullable, Text, Uuid};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The mails fall due one after another, so that others are not kept waiting behind a province's.
const BETWEEN: Duration = Duration::milliseconds(10);
/// At most so many enterprises are named to an expert; where they are more, how many are left out.
const MOST_NAMED: usize = 500;

/// How many were informed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct MailCounts {
    /// Enterprises that are invited.
    pub invited: usize,
    /// Enterprises without an address.
    pub without_address: usize,
    /// Experts.
    pub experts: usize,
}

/// Where an expert's mails go.
#[derive(QueryableByName)]
struct Mailbox {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    email: String,
    #[diesel(sql_type = Text)]
    language: String,
}

impl Mailbox {
    fn recipient(self) -> Option<Recipient> {
        let Self { name, email: address, language } = self;
        let language = Language::from_tag(&language);
        crate::core::fields::is_email(&address).then_some(Recipient { address, name, language })
    }
}

/// An expert from whom the plan takes enterprises.
#[derive(QueryableByName)]
pub(super) struct ReleasedExpert {
    #[diesel(embed)]
    mailbox: Mailbox,
    #[diesel(sql_type = Array<Text>)]
    enterprises: Vec<String>,
}

/// Those from whom the plan will take enterprises, as long as it is not applied.
///
/// # Errors
/// When the database refuses.
pub(super) fn released_experts(tx: &mut Tx, id: PlanId) -> Result<Vec<ReleasedExpert>, Problem> {
    Ok(diesel::sql_query(
        "SELECT a.name, coalesce(a.email, e.email) AS email, a.language,
                array_agg(n.name ORDER BY n.name, n.id) AS enterprises
         FROM matching_plan_line l
         JOIN published.matching_assignment m ON m.enterprise_id = l.enterprise_id AND m.expert_id IS DISTINCT FROM l.expert_id
         JOIN published.enterprise n ON n.id = l.enterprise_id
         JOIN published.expert e ON e.id = m.expert_id
         JOIN published.account a ON a.expert_id = e.id AND a.active AND NOT 'rounds' = ANY (a.mails_off)
         WHERE l.plan_id = $1 GROUP BY e.id, e.email, a.id, a.name, a.email, a.language ORDER BY e.id",
    )
    .bind::<Uuid, _>(id)
    .load(&mut *tx.conn)?)
}

/// Informs all enterprises that are newly assigned, the experts whom they are assigned to, and those from whom enterprises are taken.
///
/// # Errors
/// When the database refuses.
pub(super) fn notify(tx: &mut Tx, id: PlanId, released: Vec<ReleasedExpert>) -> Result<MailCounts, Problem> {
    let enterprises = enterprises(tx, id)?;
    let (desk, register) = (tx.link("/"), tx.link("/register"));
    let mut mails: Vec<(Recipient, Mail)> = Vec::new();
    let mut invited = 0;
    for enterprise in &enterprises {
        let before = mails.len();
        mails.extend(invitations(enterprise, &desk, &register));
        invited += usize::from(mails.len() > before);
    }
    let to_enterprises = mails.len();
    let mut by_expert: BTreeMap<ExpertId, Vec<&InvitedEnterprise>> = BTreeMap::new();
    for enterprise in &enterprises {
        by_expert.entry(enterprise.expert_id).or_default().push(enterprise);
    }
    let catalogue = Arc::clone(&tx.catalogue);
    for expert in assigned_experts(tx, id)? {
        let all = by_expert.get(&expert.id).map_or(&[][..], Vec::as_slice);
        mails.extend(assignment(expert, all, &catalogue, &desk));
    }
    let experts = mails.len() - to_enterprises;
    mails.extend(released.into_iter().filter_map(|expert| release(expert, &desk)));
    enqueue_all(tx, &mails, BETWEEN)?;
    Ok(MailCounts { invited, without_address: enterprises.len() - invited, experts })
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct InvitedEnterprise {
    #[diesel(sql_type = Text)]
    enterprise: String,
    #[diesel(sql_type = Text)]
    region: String,
    #[diesel(sql_type = Array<Text>)]
    kinds: Vec<String>,
    #[diesel(sql_type = Uuid)]
    expert_id: ExpertId,
    #[diesel(sql_type = Text)]
    expert: String,
    #[diesel(sql_type = Text)]
    title: String,
    #[diesel(sql_type = Text)]
    contact: String,
    #[diesel(sql_type = Nullable<Text>)]
    email: Option<String>,
    /// Name, mail address and language of each of its people.
    #[diesel(sql_type = Jsonb)]
    people: Value,
    #[diesel(sql_type = Bool)]
    claimed: bool,
}

fn enterprises(tx: &mut Tx, id: PlanId) -> Result<Vec<InvitedEnterprise>, Problem> {
    Ok(diesel::sql_query(
        "SELECT n.name AS enterprise, n.region, e.id AS expert_id, e.name AS expert, e.title,
                coalesce(f.kinds, '{}') AS kinds,
                coalesce(n.contact_name, '') AS contact, CASE WHEN a.declined THEN NULL ELSE n.contact_email END AS email,
                coalesce(a.people, '[]') AS people, a.claimed
         FROM matching_plan_line l
         JOIN published.enterprise n ON n.id = l.enterprise_id
         JOIN published.expert e ON e.id = l.expert_id
         CROSS JOIN LATERAL (
            SELECT jsonb_agg(jsonb_build_array(p.name, p.email, p.language) ORDER BY p.created_at, p.id)
                       FILTER (WHERE p.email IS NOT NULL AND NOT 'rounds' = ANY (p.mails_off)) AS people, count(*) > 0 AS claimed,
                   coalesce(bool_or('rounds' = ANY (p.mails_off)), false) AS declined
            FROM published.account p WHERE p.enterprise_id = n.id AND p.active
         ) a
         LEFT JOIN (
            SELECT f.enterprise_id, array_agg(DISTINCT f.product_kind) AS kinds
            FROM matching_plan p
            JOIN matching_plan_line l ON l.plan_id = p.id
            JOIN published.open_nonconformity f ON f.enterprise_id = l.enterprise_id
            JOIN product_kind k ON k.code = f.product_kind
            WHERE p.id = $1 AND (p.product_class IS NULL OR k.class = p.product_class)
            GROUP BY f.enterprise_id
         ) f ON f.enterprise_id = n.id
         WHERE l.plan_id = $1 AND l.change IN ('added', 'changed') ORDER BY l.enterprise_id",
    )
    .bind::<Uuid, _>(id)
    .load(&mut *tx.conn)?)
}

/// The invitation of an enterprise, to each of its people; where none of them has an address, to the one on record.
fn invitations(enterprise: &InvitedEnterprise, desk: &str, register: &str) -> Vec<(Recipient, Mail)> {
    let people = serde_json::from_value(enterprise.people.clone());
    let mut people: Vec<(String, String, String)> = people.unwrap_or_default();
    people.retain(|(_, address, _)| crate::core::fields::is_email(address));
    if people.is_empty() {
        let on_record = enterprise.email.clone().filter(|address| crate::core::fields::is_email(address));
        people.extend(on_record.map(|address| (enterprise.contact.clone(), address, "zh-CN".to_owned())));
    }
    let link = if enterprise.claimed { desk } else { register };
    let mail = |(name, address, language): (String, String, String)| {
        let mail = Mail::RoundInvitation {
            enterprise: enterprise.enterprise.clone(),
            expert: enterprise.expert.clone(),
            title: enterprise.title.clone(),
            claimed: enterprise.claimed,
            link: link.to_owned(),
        };
        (Recipient { address, name, language: Language::from_tag(&language) }, mail)
    };
    people.into_iter().map(mail).collect()
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct AssignedExpert {
    #[diesel(sql_type = Uuid)]
    id: ExpertId,
    #[diesel(embed)]
    mailbox: Mailbox,
    /// How many enterprises keep the expert.
    #[diesel(sql_type = BigInt)]
    kept: i64,
}

fn assigned_experts(tx: &mut Tx, id: PlanId) -> Result<Vec<AssignedExpert>, Problem> {
    Ok(diesel::sql_query(
        "SELECT e.id, a.name, coalesce(a.email, e.email) AS email, a.language, l.kept
         FROM (
            SELECT expert_id, count(*) FILTER (WHERE change = 'unchanged') AS kept FROM matching_plan_line
            WHERE plan_id = $1 AND expert_id IS NOT NULL
            GROUP BY expert_id HAVING bool_or(change IN ('added', 'changed'))
         ) l
         JOIN published.expert e ON e.id = l.expert_id
         JOIN published.account a ON a.expert_id = e.id AND a.active AND NOT 'rounds' = ANY (a.mails_off)
         ORDER BY e.id",
    )
    .bind::<Uuid, _>(id)
    .load(&mut *tx.conn)?)
}

/// The list of an expert's enterprises: the name, where it is, what failed.
fn assignment(
    expert: AssignedExpert,
    enterprises: &[&InvitedEnterprise],
    catalogue: &Catalogue,
    desk: &str,
) -> Option<(Recipient, Mail)> {
    let to = expert.mailbox.recipient()?;
    let named =
        enterprises.iter().take(MOST_NAMED).map(|enterprise| line(enterprise, to.language, catalogue));
    let lines: Vec<String> = named.collect();
    let mail = Mail::RoundAssignment {
        count: count(enterprises.len()),
        unnamed: count(enterprises.len() - lines.len()),
        kept: u32::try_from(expert.kept).unwrap_or(0),
        enterprises: lines.join("\n").into(),
        link: desk.to_owned(),
    };
    Some((to, mail))
}

/// The list of the enterprises that an expert no longer has.
fn release(expert: ReleasedExpert, desk: &str) -> Option<(Recipient, Mail)> {
    let to = expert.mailbox.recipient()?;
    let named = expert.enterprises.iter().take(MOST_NAMED).map(|name| format!("- {name}"));
    let lines: Vec<String> = named.collect();
    let mail = Mail::RoundRelease {
        count: count(expert.enterprises.len()),
        unnamed: count(expert.enterprises.len() - lines.len()),
        enterprises: lines.join("\n").into(),
        link: desk.to_owned(),
    };
    Some((to, mail))
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn line(enterprise: &InvitedEnterprise, language: Language, catalogue: &Catalogue) -> String {
    let mut place: Vec<&str> =
        catalogue.regions.ancestors(&enterprise.region).map(|r| r.name_in(language)).collect();
    if language == Language::Zh {
        place.reverse();
    }
    let products = enterprise
        .kinds
        .iter()
        .map(|code| catalogue.products.kind(code).map_or(code.as_str(), |kind| kind.name(language)));
    let products: Vec<&str> = products.collect();
    match language {
        Language::Zh => {
            format!("- {}（{}）：{}", enterprise.enterprise, place.concat(), products.join("、"))
        }
        Language::En => {
            format!("- {} ({}): {}", enterprise.enterprise, place.join(", "), products.join(", "))
        }
    }
}
