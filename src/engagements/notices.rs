//! Mails about a visit: to the people of the enterprise, the experts, and, of imminent danger, officers of the region.

use crate::accounts::people::{enterprise_recipients, officers_around};
use crate::accounts::store::{of_expert, recipient};
use crate::core::clock::{moment_en, moment_zh};
use crate::core::ids::EnterpriseId;
use crate::core::{Language, Problem, Text};
use crate::db::Tx;
use crate::db::published::enterprise;
use crate::engagements::mails::Mail;
use crate::engagements::policy::Standing;
use crate::engagements::state::{EngagementState, Side};
use crate::engagements::store::{Row, enterprise_of, experts};
use crate::notifications::{Recipient, outbox};
use diesel::prelude::*;

fn link(tx: &Tx, row: &Row) -> String {
    tx.link(&format!("/visits/{}", row.id))
}

fn name(tx: &mut Tx, id: EnterpriseId) -> Result<String, Problem> {
    Ok(enterprise::table.filter(enterprise::id.eq(id)).select(enterprise::name).first(&mut *tx.conn)?)
}

/// The people of the enterprise, where it has any on the platform.
fn to_enterprise(tx: &mut Tx, row: &Row) -> Result<Vec<Recipient>, Problem> {
    let id = enterprise_of(&mut tx.conn, row.id)?;
    enterprise_recipients(&mut tx.conn, id)
}

fn to_experts(tx: &mut Tx, row: &Row) -> Result<Vec<Recipient>, Problem> {
    let mut found = Vec::new();
    for expert in experts(&mut tx.conn, row.id)? {
        let account = of_expert(&mut tx.conn, expert)?.filter(|account| account.active);
        found.extend(account.as_ref().and_then(recipient));
    }
    Ok(found)
}

fn to_both(tx: &mut Tx, row: &Row) -> Result<Vec<Recipient>, Problem> {
    let mut found = to_enterprise(tx, row)?;
    found.extend(to_experts(tx, row)?);
    Ok(found)
}

/// When a visit is, in the reader's language; empty where nothing is agreed.
fn when(row: &Row, language: Language) -> String {
    match (&row.starts_at, language) {
        (Some(at), Language::Zh) => moment_zh(at),
        (Some(at), Language::En) => moment_en(at),
        (None, _) => String::new(),
    }
}

/// Asks the enterprise to choose one of the times.
///
/// # Errors
/// When the database refuses.
pub fn proposed(tx: &mut Tx, row: &Row) -> Result<(), Problem> {
    for to in to_enterprise(tx, row)? {
        let mail = Mail::VisitProposed { topic: row.topic.clone(), link: link(tx, row) };
        outbox::enqueue(tx, &to, &mail)?;
    }
    Ok(())
}

/// Tells both sides which time is agreed.
///
/// # Errors
/// When the database refuses.
pub fn confirmed(tx: &mut Tx, row: &Row) -> Result<(), Problem> {
    let id = enterprise_of(&mut tx.conn, row.id)?;
    let enterprise = name(tx, id)?;
    for to in to_both(tx, row)? {
        let mail = Mail::VisitConfirmed {
            topic: row.topic.clone(),
            enterprise: enterprise.clone(),
            when: when(row, to.language),
            place: row.place.clone().unwrap_or_default(),
            link: link(tx, row),
        };
        outbox::enqueue(tx, &to, &mail)?;
    }
    Ok(())
}

/// Reminds both sides that a visit is tomorrow.
///
/// # Errors
/// When the database refuses.
pub fn tomorrow(tx: &mut Tx, row: &Row) -> Result<(), Problem> {
    let id = enterprise_of(&mut tx.conn, row.id)?;
    let enterprise = name(tx, id)?;
    for to in to_both(tx, row)? {
        let mail = Mail::VisitTomorrow {
            topic: row.topic.clone(),
            enterprise: enterprise.clone(),
            when: when(row, to.language),
            place: row.place.clone().unwrap_or_default(),
            link: link(tx, row),
        };
        outbox::enqueue(tx, &to, &mail)?;
    }
    Ok(())
}

/// Tells the other side that other times are proposed, or asked for.
///
/// # Errors
/// When the database refuses.
pub fn changed(tx: &mut Tx, row: &Row, by: Standing, reason: &str) -> Result<(), Problem> {
    let id = enterprise_of(&mut tx.conn, row.id)?;
    let enterprise = name(tx, id)?;
    let to = match by {
        Standing::Enterprise => to_experts(tx, row)?,
        Standing::Expert => to_enterprise(tx, row)?,
        Standing::Officer => to_both(tx, row)?,
    };
    for to in to {
        let mail = Mail::VisitChanged {
            topic: row.topic.clone(),
            enterprise: enterprise.clone(),
            reason: reason.to_owned(),
            proposed: by != Standing::Enterprise,
            link: link(tx, row),
        };
        outbox::enqueue(tx, &to, &mail)?;
    }
    Ok(())
}

fn ended(tx: &mut Tx, row: &Row, happened: &Text, reason: &str) -> Result<(), Problem> {
    let id = enterprise_of(&mut tx.conn, row.id)?;
    let enterprise = name(tx, id)?;
    for to in to_both(tx, row)? {
        let mail = Mail::VisitCancelled {
            topic: row.topic.clone(),
            enterprise: enterprise.clone(),
            happened: happened.get(to.language).to_owned(),
            reason: reason.to_owned(),
            link: link(tx, row),
        };
        outbox::enqueue(tx, &to, &mail)?;
    }
    Ok(())
}

/// Tells both sides that a visit is called off.
///
/// # Errors
/// When the database refuses.
pub fn cancelled(tx: &mut Tx, row: &Row, reason: &str) -> Result<(), Problem> {
    ended(tx, row, &Text::new("上门帮扶已取消", "the visit is called off"), reason)
}

/// Tells both sides that somebody did not come.
///
/// # Errors
/// When the database refuses.
pub fn missed(tx: &mut Tx, row: &Row, by: Option<Side>, reason: &str) -> Result<(), Problem> {
    let happened = match by {
        Some(Side::Enterprise) => Text::new("登记为企业未到场", "noted: the enterprise was not there"),
        _ => Text::new("登记为专家未到场", "noted: the expert did not come"),
    };
    ended(tx, row, &happened, reason)
}

/// Tells both sides that the beginning or the end of a visit was entered by mistake and is taken back.
///
/// # Errors
/// When the database refuses.
pub fn taken_back(tx: &mut Tx, row: &Row, reason: &str) -> Result<(), Problem> {
    let happened = match row.state {
        EngagementState::Confirmed => {
            Text::new("到场登记有误，已撤回", "that it began was noted by mistake and is taken back")
        }
        _ => Text::new("现场结束登记有误，已撤回", "that it was held was noted by mistake and is taken back"),
    };
    ended(tx, row, &happened, reason)
}

/// Notifies the enterprise that minutes wait for its confirmation.
///
/// # Errors
/// When the database refuses.
pub fn minutes(tx: &mut Tx, row: &Row) -> Result<(), Problem> {
    for to in to_enterprise(tx, row)? {
        let mail = Mail::VisitMinutes { topic: row.topic.clone(), link: link(tx, row) };
        outbox::enqueue(tx, &to, &mail)?;
    }
    Ok(())
}

/// Notifies the enterprise that imminent danger was reported, and officers of the smallest region around it.
///
/// # Errors
/// When the database refuses.
pub fn danger(tx: &mut Tx, row: &Row, article: &Text, reason: &str) -> Result<(), Problem> {
    for to in to_enterprise(tx, row)? {
        let mail = Mail::VisitDanger {
            reason: reason.to_owned(),
            article: article.get(to.language).to_owned(),
            link: link(tx, row),
        };
        outbox::enqueue(tx, &to, &mail)?;
    }
    let id = enterprise_of(&mut tx.conn, row.id)?;
    let enterprise = name(tx, id)?;
    for officer in officers_around(tx, &row.region)? {
        let Some(to) = recipient(&officer) else { continue };
        let mail = Mail::VisitDangerReported {
            enterprise: enterprise.clone(),
            reason: reason.to_owned(),
            article: article.get(to.language).to_owned(),
            link: tx.link("/imminent-dangers"),
        };
        outbox::enqueue(tx, &to, &mail)?;
    }
    Ok(())
}
