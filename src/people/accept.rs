//! The person who was invited uses the link: chooses name and password, and has an account.

use crate::accounts::people::{colleagues, create_invited};
use crate::accounts::store::NewAccount;
use crate::accounts::{NewPassword, one_time_link, password_policy};
use crate::core::actor::{Role, Scope};
use crate::core::fields::Fields;
use crate::core::ids::{AccountId, EnterpriseId};
use crate::core::secret::Token;
use crate::core::{Language, Problem, Text};
use crate::db::published::enterprise;
use crate::db::schema::account_invitation as invitation;
use crate::db::{Command, Tx};
use crate::experts::invited::{InvitedExpert, create};
use crate::people::invitation_state::{InvitationStep, transition};
use crate::people::invitations::{INVITATION, InvitationRow, LinkData, audit, lock};
use crate::people::invite::require_room;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

/// Uses the one-time link of an invitation.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptInvitation {
    /// The token of the link.
    #[schema(value_type = String)]
    pub token: Token,
    /// The name to log in with.
    pub username: String,
    /// The password, 10 to 128 characters.
    #[schema(value_type = String, format = Password)]
    pub password: NewPassword,
    /// The name shown to others, where it is not the one of the invitation.
    #[serde(default)]
    pub name: Option<String>,
}

/// The account that was made.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AccountOpened {
    /// Id of the account.
    pub id: AccountId,
    /// The name to log in with.
    pub username: String,
    /// The role of the account, which the invitation named.
    pub role: Role,
}

impl Command for AcceptInvitation {
    type Output = AccountOpened;
    const NAME: &'static str = "accept_invitation";

    fn run(&self, tx: &mut Tx) -> Result<AccountOpened, Problem> {
        let taken = one_time_link::take(tx, INVITATION, &self.token)?;
        let data: LinkData = taken.data()?;
        let row = lock(tx, data.invitation)?;
        // A link that was mailed again ends the one before.
        let latest = row.sent_count == data.sent;
        let Some(state) = transition(row.state, InvitationStep::Accept).ok().filter(|_| latest) else {
            let text =
                Text::new("链接无效、已使用或已过期", "the link is not valid, was used or has expired");
            return Err(Problem::field("/token", text));
        };
        let mut fields = Fields::new();
        let username = fields.username("/username", &self.username);
        let name = fields.optional_text("/name", self.name.as_deref(), 100);
        let name = name.unwrap_or_else(|| row.name.clone());
        let mut about = vec![username.clone(), name.clone(), row.name.clone(), row.email.clone()];
        if let Some(id) = row.enterprise_id {
            about.extend(crate::accounts::store::enterprise_words(&mut tx.conn, id)?);
        }
        password_policy::check(&mut fields, "/password", self.password.typed(), &about);
        fields.done()?;
        let password_hash = self.password.ready()?;
        let language = Language::from_tag(&row.language);
        let scope = scope(tx, &row, &name, language)?;
        let new = NewAccount {
            username: &username,
            password_hash,
            scope,
            name: &name,
            email: Some(&row.email),
            language,
            active: true,
        };
        let id = create_invited(tx, new, row.invited_by)?;
        diesel::update(invitation::table.find(row.id))
            .set((
                invitation::state.eq(state),
                invitation::account_id.eq(id),
                invitation::decided_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        audit(tx, Self::NAME, &row)?;
        Ok(AccountOpened { id, username, role: row.role })
    }
}

/// What the person becomes. An expert is made by it.
fn scope(tx: &mut Tx, row: &InvitationRow, name: &str, language: Language) -> Result<Scope, Problem> {
    if let Some(body) = row.laboratory_id {
        return match row.role {
            Role::Sampler => Ok(Scope::Sampler(body)),
            Role::Laboratory => Ok(Scope::Laboratory(body)),
            _ => Err(Problem::internal("an invitation of a body to another role")),
        };
    }
    match (row.role, row.region.as_deref(), row.enterprise_id) {
        (Role::Operator, ..) => Ok(Scope::Operator),
        (Role::Admin, Some(region), _) => Ok(Scope::Admin(region.to_owned())),
        (Role::Expert, Some(region), _) => {
            let title = row.title.as_deref().unwrap_or_default();
            let new = InvitedExpert {
                name,
                title,
                email: &row.email,
                region,
                language,
                invited_by: row.invited_by,
            };
            create(tx, new).map(Scope::Expert)
        }
        (Role::Enterprise, _, Some(id)) => {
            // One after the other, so that all are counted.
            let own = enterprise::table.find(id).select(enterprise::id).for_no_key_update();
            own.first::<EnterpriseId>(&mut *tx.conn)?;
            let there = colleagues(&mut tx.conn, id)?.len();
            require_room(tx, there)?;
            Ok(Scope::Enterprise(id))
        }
        _ => Err(Problem::internal("an invitation without the scope of its role")),
    }
}
