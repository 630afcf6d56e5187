//! The values of placeholders for one consultation, as far as the reader sees it.

use crate::canned_replies::template::Placeholder;
use crate::consultations::queries as consultations;
use crate::core::actor::Actor;
use crate::core::clock::day_in;
use crate::core::ids::ConsultationId;
use crate::core::{Language, Problem};
use crate::remediation::queries::next_deadline;
use diesel::PgConnection;

/// What the placeholders stand for; none where there is no such thing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Values {
    enterprise: Option<String>,
    expert: Option<String>,
    product: Option<String>,
    due_date: Option<String>,
    case: Option<String>,
}

impl Values {
    /// The values for a consultation, in Chinese, the language of the talk.
    ///
    /// # Errors
    /// 404 where the actor may not know of the consultation.
    pub fn of(conn: &mut PgConnection, actor: &Actor, id: ConsultationId) -> Result<Self, Problem> {
        let c = consultations::get(conn, actor, id)?;
        let (mut due_date, mut case) = (None, None);
        if let Some(about) = c.nonconformity
            && let Some(known) = next_deadline(conn, actor, about)?
        {
            due_date = known.due_on.map(|day| day_in(Language::Zh, day));
            case = Some(known.report_no);
        }
        Ok(Self {
            enterprise: Some(c.enterprise.name),
            expert: c.expert.map(|expert| expert.name),
            product: Some(c.product_kind.name_zh),
            due_date,
            case,
        })
    }

    /// What a placeholder stands for.
    pub fn value(&self, placeholder: Placeholder) -> Option<String> {
        match placeholder {
            Placeholder::Enterprise => self.enterprise.clone(),
            Placeholder::Expert => self.expert.clone(),
            Placeholder::Product => self.product.clone(),
            Placeholder::DueDate => self.due_date.clone(),
            Placeholder::Case => self.case.clone(),
        }
    }
}
