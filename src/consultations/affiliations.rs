//! For whom those speak who take part: the enterprise of its people, the product hospital or the title of experts. It stands beside the name
//! of the person, since an enterprise has several people and a panel several experts.

use crate::core::ids::{AccountId, ConsultationId};
use crate::core::{Language, Problem};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text, Uuid};
use std::collections::HashMap;

/// For whom each participant speaks, by account. Those who left are included: what they wrote stays.
#[derive(Debug, Clone, Default)]
pub struct Affiliations(HashMap<AccountId, String>);

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Uuid)]
    account: AccountId,
    #[diesel(sql_type = Text)]
    side: String,
}

impl Affiliations {
    /// Those of a consultation that the caller sees.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub fn of(conn: &mut PgConnection, id: ConsultationId, language: Language) -> Result<Self, Problem> {
        let rows: Vec<Row> = diesel::sql_query(
            "SELECT a.id AS account,
                    CASE p.role WHEN 'enterprise' THEN e.name
                         ELSE coalesce(CASE WHEN $2 THEN h.name_zh ELSE h.name_en END, x.title, '') END AS side
             FROM consultation_participant p
             JOIN consultation c ON c.id = p.consultation_id
             JOIN published.enterprise e ON e.id = c.enterprise_id
             JOIN published.account a ON a.id = p.account_id
             LEFT JOIN published.expert x ON x.id = a.expert_id
             LEFT JOIN product_hospital h ON h.code = x.hospital
             WHERE p.consultation_id = $1",
        )
        .bind::<Uuid, _>(id)
        .bind::<Bool, _>(language == Language::Zh)
        .load(conn)?;
        Ok(Self(rows.into_iter().map(|row| (row.account, row.side)).collect()))
    }

    /// For whom an account speaks, where that says more than the name.
    pub fn beside(&self, account: AccountId, name: &str) -> Option<&str> {
        self.0.get(&account).map(String::as_str).filter(|side| !side.is_empty() && *side != name)
    }

    /// All of them, by account.
    pub fn all(&self) -> &HashMap<AccountId, String> {
        &self.0
    }
}
