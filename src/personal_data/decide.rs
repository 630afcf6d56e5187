//! An officer decides on a correction or an erasure, with a reason.

use crate::accounts;
use crate::accounts::people::deactivate;
use crate::accounts::store::{AccountRow, find, recipient};
use crate::core::fields::Fields;
use crate::core::{Problem, Text};
use crate::db::schema::personal_request as r;
use crate::db::{Command, Tx};
use crate::notifications::outbox;
use crate::people;
use crate::people::open_matters::hand_on;
use crate::people::policy::refuse_own;
use crate::personal_data::ask::MAX_TEXT;
use crate::personal_data::gather::{kept, parts};
use crate::personal_data::ids::PersonalRequestId;
use crate::personal_data::mails::Mail;
use crate::personal_data::policy::{permit, sees};
use crate::personal_data::refusals::require_erasable;
use crate::personal_data::rules::article;
use crate::personal_data::state::{RequestKind, RequestStep, transition};
use crate::personal_data::store;
use crate::web::known_rooms::known;
use crate::web::room::{OnErasure, PersonalPart};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

crate::word_enum! {
    /// What an officer decides.
    pub enum Decision {
        /// It is done.
        Grant = "grant",
        /// It is not, for the reason given.
        Refuse = "refuse",
    }
}

/// What became of a part of the data in an erasure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Part {
    /// The part, in Chinese.
    pub zh: String,
    /// The part, in English.
    pub en: String,
    /// Why it is kept, with the article of the law, in Chinese; none where it has gone.
    pub why_zh: Option<String>,
    /// The same in English.
    pub why_en: Option<String>,
}

/// What an erasure came to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Outcome {
    /// What has gone.
    pub erased: Vec<Part>,
    /// What is kept, each with its reason.
    pub kept: Vec<Part>,
}

impl Outcome {
    /// What an erasure comes to, by what the rooms declare.
    pub fn of(parts: &[&PersonalPart]) -> Self {
        let mut outcome = Self::default();
        for part in parts {
            let why = kept(part);
            let of = Part {
                zh: part.zh.to_owned(),
                en: part.en.to_owned(),
                why_zh: why.as_ref().map(|why| why.zh.clone().into_owned()),
                why_en: why.as_ref().map(|why| why.en.clone().into_owned()),
            };
            if why.is_some() { outcome.kept.push(of) } else { outcome.erased.push(of) }
        }
        outcome
    }

    /// For a mail.
    fn text(&self) -> Text {
        let names = |parts: &[Part], zh: bool| {
            let names: Vec<&str> =
                parts.iter().map(|part| if zh { part.zh.as_str() } else { part.en.as_str() }).collect();
            names.join(if zh { "、" } else { ", " })
        };
        let whys = |zh: bool| {
            let line = |part: &Part| match zh {
                true => format!("- {}：{}", part.zh, part.why_zh.as_deref().unwrap_or_default()),
                false => format!("- {}: {}", part.en, part.why_en.as_deref().unwrap_or_default()),
            };
            self.kept.iter().map(line).collect::<Vec<_>>().join("\n")
        };
        Text::new(
            format!("已删除或以代号替换：{}。\n依法保留：\n{}", names(&self.erased, true), whys(true)),
            format!(
                "Erased or replaced by a pseudonym: {}.\nKept by law:\n{}",
                names(&self.erased, false),
                whys(false)
            ),
        )
    }
}

/// Decides on a correction or an erasure.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DecidePersonal {
    /// The request.
    pub id: PersonalRequestId,
    /// The decision.
    pub decision: Decision,
    /// Why, and what was done; the person is told.
    pub reason: String,
}

impl Command for DecidePersonal {
    type Output = PersonalRequestId;
    const NAME: &'static str = "decide_personal_request";

    fn run(&self, tx: &mut Tx) -> Result<PersonalRequestId, Problem> {
        permit(&tx.actor)?;
        let row = store::row(&mut tx.conn, self.id)?;
        if !sees(&tx.actor, &row.region, &tx.catalogue) {
            return Err(Problem::not_found());
        }
        refuse_own(&tx.actor, row.account_id)?;
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.reason, MAX_TEXT);
        fields.done()?;
        let account = find(&mut tx.conn, row.account_id)?;
        let erases = row.kind == RequestKind::Erasure && self.decision == Decision::Grant;
        // Accounts and holds are locked before the request is.
        if erases {
            transition(row.kind, row.state, RequestStep::Grant)?;
            require_erasable(tx, &account)?;
        }
        let row = store::lock(tx, self.id)?;
        let step = match self.decision {
            Decision::Grant => RequestStep::Grant,
            Decision::Refuse => RequestStep::Refuse,
        };
        let state = transition(row.kind, row.state, step)?;
        let parts = parts(known(&tx.cache)?);
        let outcome = erases.then(|| Outcome::of(&parts));
        // The mail is written while the address is known.
        if let Some(to) = recipient(&account) {
            let (what, law) = (row.kind.text(), article(row.kind));
            let details = outcome.as_ref().map(Outcome::text).unwrap_or_else(|| Text::new("", ""));
            let mail = Mail::PersonalRequestDecided {
                what_zh: what.zh.into_owned(),
                what_en: what.en.into_owned(),
                granted: self.decision == Decision::Grant,
                reason: reason.clone().into(),
                law_zh: law.zh.into_owned(),
                law_en: law.en.into_owned(),
                details_zh: details.zh.into_owned().into(),
                details_en: details.en.into_owned().into(),
            };
            outbox::enqueue(tx, &to, &mail)?;
        }
        if erases {
            erase(tx, &account, &parts)?;
        }
        diesel::update(r::table.find(row.id))
            .set((
                r::state.eq(state),
                r::decided_by.eq(tx.actor.account()),
                r::decided_at.eq(tx.now),
                r::reason.eq(&reason),
                r::outcome.eq(outcome.map(serde_json::to_value).transpose()?),
            ))
            .execute(&mut *tx.conn)?;
        let data =
            json!({ "kind": format!("personal_{}", row.kind), "decision": self.decision, "reason": reason });
        tx.audit(Self::NAME, row.subject(), data)?;
        Ok(row.id)
    }
}

/// Closes the account and takes what may go. What was the person's is handed on as when an account is deactivated.
fn erase(tx: &mut Tx, account: &AccountRow, parts: &[&PersonalPart]) -> Result<(), Problem> {
    let why = "本人申请删除个人信息";
    for part in parts {
        if let OnErasure::Erased(by) = part.on_erasure {
            by(tx, account.id)?;
        }
    }
    if account.active {
        deactivate(tx, account.id, why)?;
        hand_on(tx, account, None, why)?;
    }
    accounts::erasure::erase(tx, &[account.id])?;
    people::erasure::forget_invitations(&mut tx.conn, &[account.id])?;
    Ok(())
}
