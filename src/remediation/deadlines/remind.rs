//! An officer reminds an enterprise of the deadlines of a case, besides the notices of the daily sweep.

use super::sweep::{DEADLINES, Deadline, Line, mail};
use crate::core::{Code, Problem, Text};
use crate::db::schema::deadline_notice;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::notifications::outbox;
use crate::remediation::deadlines::case_names::named;
use crate::remediation::deadlines::plan::Notice;
use crate::remediation::deadlines::recipients::People;
use crate::remediation::ids::CaseId;
use crate::remediation::load::lock_visible;
use crate::remediation::policy::permit_authority;
use diesel::dsl::{exists, select};
use diesel::prelude::*;
use diesel::sql_types::Uuid as SqlUuid;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::HashSet;

/// Reminds the people of an enterprise of the deadlines of its case by mail, at most once a day.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct RemindEnterprise {
    /// The case.
    pub case: CaseId,
}

/// What came of a reminder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct EnterpriseReminded {
    /// Mails written.
    pub mails: usize,
}

impl Command for RemindEnterprise {
    type Output = EnterpriseReminded;
    const NAME: &'static str = "remind_enterprise";

    fn run(&self, tx: &mut Tx) -> Result<EnterpriseReminded, Problem> {
        use deadline_notice as n;
        let (row, context) = lock_visible(tx, self.case)?;
        permit_authority(&tx.actor, &row, &context.region, &tx.catalogue.regions)?;
        let today = tx.today();
        // The kind names the day: the row's key keeps a second one of that day out.
        let kind = format!("asked_{today}");
        let reminded = n::table.filter(n::case_id.eq(row.id)).filter(n::kind.eq(&kind));
        if select(exists(reminded)).get_result(&mut *tx.conn)? {
            return Err(refused("今天已提醒过该企业", "the enterprise was reminded today"));
        }
        let sql = format!("{DEADLINES} WHERE d.case_id = $1 ORDER BY d.due_on, d.key");
        let deadlines: Vec<Deadline> =
            diesel::sql_query(sql).bind::<SqlUuid, _>(row.id).load(&mut *tx.conn)?;
        if deadlines.is_empty() {
            return Err(refused("案件当前没有正在计算的期限", "no deadline of the case runs now"));
        }
        let people = People::load(
            &mut tx.conn,
            &HashSet::from([row.enterprise_id]),
            &HashSet::from([row.nonconformity_id]),
        )?;
        let own = people.of_enterprise(row.enterprise_id);
        if own.is_empty() {
            return Err(refused(
                "企业没有可用的邮箱，请电话提醒",
                "the enterprise has no mail address; remind it by telephone",
            ));
        }
        let lines: Vec<Line> = deadlines
            .into_iter()
            .map(|deadline| {
                let left = deadline.due_on.signed_duration_since(today).num_days();
                let notice = u32::try_from(left).map_or(Notice::Missed, Notice::Near);
                Line { deadline, notice, escalated: false }
            })
            .collect();
        let named = named(&mut tx.conn, &HashSet::from([row.nonconformity_id]))?;
        let mut mails = 0;
        for person in own {
            for line in &lines {
                diesel::insert_into(n::table)
                    .values((
                        n::case_id.eq(row.id),
                        n::clock.eq(&line.deadline.key),
                        n::due_on.eq(line.deadline.due_on),
                        n::kind.eq(&kind),
                        n::recipient.eq(&person.key),
                        n::told_at.eq(tx.now),
                    ))
                    .execute(&mut *tx.conn)?;
            }
            if let Some(mail) = mail(tx, &lines, &named, person.to.language, today) {
                outbox::enqueue(tx, &person.to, &mail)?;
                mails += 1;
            }
        }
        let subject = Subject::new("case", row.id.0).in_region(&context.region);
        tx.audit(Self::NAME, subject, json!({ "mails": mails }))?;
        Ok(EnterpriseReminded { mails })
    }
}

fn refused(zh: &'static str, en: &'static str) -> Problem {
    Problem::new(Code::NotToRemind, Text::new(zh, en))
}
