//! A stop order or a rectification order opens a case.

use crate::core::actor::Scope;
use crate::core::fields::Fields;
use crate::core::ids::{AttachmentId, CaseId, EnterpriseId, NonconformityId};
use crate::core::text::Text;
use crate::core::{Code, Problem};
use crate::db::schema::{nonconformity, remediation_case};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::remediation::breach::refusal;
use crate::remediation::course::{Course, Fact, Law, Terms};
use crate::remediation::evidence;
use crate::remediation::policy::region_of;
use crate::remediation::state::{CaseState, CaseStep, begin};
use crate::remediation::steps::MOST_FILES;
use crate::remediation::store::{self, Line, region};
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;

/// Enters what opens the case of a nonconformity: the stop of production and sale, the rectification order, or both.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenCase {
    /// The nonconformity.
    pub nonconformity: NonconformityId,
    /// The day of the rectification order, in Asia/Shanghai. Without one, the case waits for it.
    #[serde(default)]
    pub ordered_on: Option<NaiveDate>,
    /// The day on which production and sale were ordered to stop, in Asia/Shanghai.
    #[serde(default)]
    pub stopped_on: Option<NaiveDate>,
    /// The day on which the enterprise received the result, from which the term for a re-test counts.
    #[serde(default)]
    pub received_on: Option<NaiveDate>,
    /// Number or reference of the document.
    #[serde(default)]
    pub document: Option<String>,
    /// Ids of uploaded files of one's own that it stands on, in order, at most 20.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<AttachmentId>,
}

impl Command for OpenCase {
    type Output = CaseId;
    const NAME: &'static str = "open_case";

    fn run(&self, tx: &mut Tx) -> Result<CaseId, Problem> {
        let settings = Arc::clone(&tx.settings);
        let rules = settings.remediation.in_force_on(self.first_day().unwrap_or(tx.today()));
        let step = if self.stopped_on.is_some() { CaseStep::StopOrder } else { CaseStep::Order };
        self.open(tx).map_err(|problem| match (problem.status, rules) {
            (403 | 409 | 422, Some(rules)) => problem.under(step.article(&rules.articles)),
            _ => problem,
        })
    }
}

impl OpenCase {
    /// The day that decides under which version of the rules the case begins.
    fn first_day(&self) -> Option<NaiveDate> {
        self.stopped_on.or(self.received_on).or(self.ordered_on)
    }

    fn open(&self, tx: &mut Tx) -> Result<CaseId, Problem> {
        let Some(Scope::Admin(scope)) = tx.actor.scope().cloned() else { return Err(Problem::forbidden()) };
        let found = nonconformity::table
            .find(self.nonconformity)
            .select((nonconformity::enterprise_id, nonconformity::inspected_on))
            .for_update()
            .first::<(EnterpriseId, NaiveDate)>(&mut *tx.conn)
            .optional()?;
        let Some((enterprise, inspected_on)) = found else {
            return Err(unknown_nonconformity());
        };
        let home = region(&mut tx.conn, enterprise)?;
        if !tx.catalogue.regions.contains(&scope, &home) {
            return Err(unknown_nonconformity());
        }
        let document = self.check(tx, inspected_on)?;
        let first = self.first_day().unwrap_or(inspected_on);
        let (settings, catalogue) = (Arc::clone(&tx.settings), Arc::clone(&tx.catalogue));
        let Some(rules) = settings.remediation.in_force_on(first) else {
            return Err(Problem::internal("no rules in the settings"));
        };
        let law = Law { rules, calendar: &catalogue.calendar, regions: &catalogue.regions };
        let (id, facts) = (CaseId::new(), self.facts(tx));
        let (course, late, broken) = Course::fold(&home, &facts, law);
        if let Some(broken) = broken.first() {
            return Err(refusal(broken.step, &broken.breach, &Course::new(&home), rules));
        }
        let begins = facts.first().and_then(|fact| begin(fact.step)).unwrap_or(CaseState::Ordered);
        let inserted = diesel::insert_into(remediation_case::table)
            .values((
                remediation_case::id.eq(id),
                remediation_case::nonconformity_id.eq(self.nonconformity),
                remediation_case::enterprise_id.eq(enterprise),
                remediation_case::state.eq(begins),
                remediation_case::rule_version.eq(&rules.version),
                remediation_case::ordered_on.eq(self.ordered_on),
                remediation_case::created_at.eq(tx.now),
                remediation_case::updated_at.eq(tx.now),
            ))
            .on_conflict_do_nothing()
            .execute(&mut *tx.conn)?;
        if inserted == 0 {
            return Err(Problem::new(
                Code::CaseExists,
                Text::new("该不合格记录已有整改案件", "this nonconformity has a case already"),
            ));
        }
        if self.ordered_on.is_some() {
            diesel::update(nonconformity::table.find(self.nonconformity))
                .set((
                    nonconformity::order_issued_on.eq(self.ordered_on),
                    nonconformity::updated_at.eq(tx.now),
                ))
                .execute(&mut *tx.conn)?;
        }
        evidence::use_files(tx, id, &self.attachments)?;
        let mut so_far = Course::new(&home);
        for (fact, late) in facts.iter().zip(late) {
            let from = so_far.state;
            so_far.take(fact, law).map_err(|breach| refusal(fact.step, &breach, &course, rules))?;
            let line = Line {
                event: fact.step.as_str(),
                from,
                occurred_on: fact.on,
                document: document.as_deref(),
                details: serde_json::to_value(&fact.terms)?,
                late,
                ..Line::default()
            };
            store::write(tx, id, fact.seq, line, &so_far, law)?;
            store::attach(tx, id, fact.seq, &self.attachments)?;
        }
        let subject = Subject::new("remediation_case", id.0).in_region(&home);
        tx.audit(
            Self::NAME,
            subject,
            json!({
                "stopped_on": self.stopped_on, "ordered_on": self.ordered_on, "document": document,
                "attachments": self.attachments,
            }),
        )?;
        Ok(id)
    }

    fn check(&self, tx: &Tx, inspected_on: NaiveDate) -> Result<Option<String>, Problem> {
        let (today, mut fields) = (tx.today(), Fields::new());
        let document = fields.optional_text("/document", self.document.as_deref(), 200);
        evidence::check_files(&mut fields, &self.attachments, MOST_FILES);
        let begins = self.ordered_on.is_some() || self.stopped_on.is_some();
        fields.require(
            begins,
            "/ordered_on",
            "须注明责令改正日期（ordered_on）或责令停止生产销售日期（stopped_on）",
            "the day of the rectification order (ordered_on) or of the stop order (stopped_on) is needed",
        );
        for (pointer, day) in [
            ("/ordered_on", self.ordered_on),
            ("/stopped_on", self.stopped_on),
            ("/received_on", self.received_on),
        ] {
            let Some(day) = day else { continue };
            fields.require(day <= today, pointer, "不能晚于今天", "must not be in the future");
            fields.require(
                day >= inspected_on,
                pointer,
                "不能早于抽样日期",
                "must not be before the sampling",
            );
        }
        let in_order =
            self.stopped_on.zip(self.ordered_on).is_none_or(|(stopped, ordered)| stopped <= ordered);
        fields.require(
            in_order,
            "/ordered_on",
            "不能早于停止生产销售日期",
            "must not be before the stop order",
        );
        let received = self
            .received_on
            .is_none_or(|received| self.stopped_on.or(self.ordered_on).is_none_or(|first| received <= first));
        fields.require(received, "/received_on", "不能晚于立案", "must not be after what opens the case");
        fields.done()?;
        Ok(document)
    }

    /// The events that open the case.
    fn facts(&self, tx: &Tx) -> Vec<Fact> {
        let mut received_on = self.received_on;
        let steps = [(CaseStep::StopOrder, self.stopped_on), (CaseStep::Order, self.ordered_on)];
        let dated = steps.into_iter().filter_map(|(step, day)| Some((step, day?)));
        (1..)
            .zip(dated)
            .map(|(seq, (step, on))| Fact {
                seq,
                step,
                on,
                entered_by: tx.actor.account().into_iter().collect(),
                region: region_of(&tx.actor).map(str::to_owned),
                terms: Terms { received_on: received_on.take(), ..Terms::default() },
            })
            .collect()
    }
}

fn unknown_nonconformity() -> Problem {
    Problem::field(
        "/nonconformity",
        Text::new("不是您辖区内的不合格记录", "is not a nonconformity of your region"),
    )
}
