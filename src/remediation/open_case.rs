//! A stop order or a rectification order opens a case.

use crate::attachments::ids::AttachmentId;
use crate::core::Problem;
use crate::core::actor::Scope;
use crate::core::fields::Fields;
use crate::core::ids::EnterpriseId;
use crate::core::text::Text;
use crate::db::published::nonconformity;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::enterprises::ids::NonconformityId;
use crate::enterprises::queries::region_of;
use crate::enterprises::store::set_order_day;
use crate::remediation::enterprise_mails::tell_step;
use crate::remediation::evidence::{self, MOST_FILES_OF_EVENT};
use crate::remediation::history::Author;
use crate::remediation::ids::CaseId;
use crate::remediation::opening::{FirstDays, Opening, Target, open_case};
use crate::remediation::settings::RemediationSettings;
use crate::remediation::state::CaseStep;
use crate::remediation::store;
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
    /// Ids of uploaded files of one's own that it is based on, in order, at most 20.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<AttachmentId>,
}

impl Command for OpenCase {
    type Output = CaseId;
    const NAME: &'static str = "open_case";

    fn run(&self, tx: &mut Tx) -> Result<CaseId, Problem> {
        let settings = Arc::clone(&tx.settings);
        let law = settings.section::<RemediationSettings>();
        let rules = self.days().rules(law).or_else(|| law.in_force_on(tx.today()));
        let step = if self.stopped_on.is_some() { CaseStep::StopOrder } else { CaseStep::Order };
        self.open(tx).map_err(|problem| match (problem.status, rules) {
            (403 | 409 | 422, Some(rules)) => problem.under(step.article(&rules.articles)),
            _ => problem,
        })
    }
}

impl OpenCase {
    fn days(&self) -> FirstDays {
        FirstDays { stopped_on: self.stopped_on, received_on: self.received_on, ordered_on: self.ordered_on }
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
        let home = region_of(&mut tx.conn, enterprise)?;
        if !tx.catalogue.regions.contains(&scope, &home) {
            return Err(unknown_nonconformity());
        }
        let document = self.check(tx, inspected_on)?;
        let author = (tx.actor.account(), tx.actor.officer_region());
        let opening = Opening::judge(
            self.days(),
            &home,
            author,
            tx.settings.section::<RemediationSettings>(),
            &tx.catalogue,
        )?;
        let id = CaseId::new();
        let target = Target { case: id, nonconformity: self.nonconformity, enterprise };
        open_case(&mut tx.conn, Author::of(&tx.actor, tx.now), target, &opening, document.as_deref())?;
        if self.ordered_on.is_some() {
            set_order_day(&mut tx.conn, self.nonconformity, self.ordered_on, tx.now)?;
        }
        evidence::use_files(tx, id, &self.attachments)?;
        for seq in 1..=opening.events() {
            store::attach(tx, id, seq, &self.attachments)?;
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
        for (step, day) in [(CaseStep::StopOrder, self.stopped_on), (CaseStep::Order, self.ordered_on)] {
            if let Some(on) = day {
                tell_step(tx, target, step, on)?;
            }
        }
        Ok(id)
    }

    fn check(&self, tx: &Tx, inspected_on: NaiveDate) -> Result<Option<String>, Problem> {
        let (today, mut fields) = (tx.today(), Fields::new());
        let document = fields.optional_text("/document", self.document.as_deref(), 200);
        evidence::check_files(&mut fields, &self.attachments, MOST_FILES_OF_EVENT);
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
}

fn unknown_nonconformity() -> Problem {
    Problem::field(
        "/nonconformity",
        Text::new("不是您辖区内的不合格记录", "is not a nonconformity of your region"),
    )
}
