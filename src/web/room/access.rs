//! Who may call a route or open a page.

use diesel::PgConnection;
use uuid::Uuid;

use crate::core::Problem;
use crate::core::actor::{Actor, Person, Role};

/// Whether the actor may know of the thing whose id stands in the path.
pub type MayKnow = fn(&mut PgConnection, &Actor, Uuid) -> Result<bool, Problem>;

/// Who may call a route or open a page. It is checked before the handler, and before the body of a request is read; what a role
/// may do with a certain thing is decided by the domain's policy.
#[derive(Debug, Clone, Copy)]
pub enum Access {
    /// Everyone, with or without an account.
    Public,
    /// Everyone with an account.
    LoggedIn,
    /// Everyone with an account, in a session that can only set up a second factor yet as well. All else refuses such a session.
    SettingUp,
    /// These roles; others get 403.
    Roles(&'static [Role]),
    /// These roles; for others there is no such page: 404.
    Hidden(&'static [Role]),
    /// API keys that have the scope of the route, and no people.
    Keys,
    /// These roles, with the `{id}` of the path. Who may not know of that thing, as the domain's policy says, gets 404; other roles that
    /// see it get 403.
    ByPolicy(&'static [Role], MayKnow),
    /// These roles, with the `{id}` of the path; others get 403, whatever the id. Who is of these roles and may not know of that thing, as
    /// the domain's policy says, gets 404.
    Knowing(&'static [Role], MayKnow),
}

impl Access {
    /// The roles it names; none where it names no roles.
    pub fn roles(self) -> Option<&'static [Role]> {
        match self {
            Self::Public | Self::LoggedIn | Self::SettingUp => None,
            Self::Keys => Some(&[]),
            Self::Roles(roles) | Self::Hidden(roles) | Self::ByPolicy(roles, _) | Self::Knowing(roles, _) => {
                Some(roles)
            }
        }
    }

    /// Whether the role alone keeps someone out, and how. Whether someone may know of the thing is asked besides (`web::middleware`).
    ///
    /// # Errors
    /// 403, or 404 where the page is hidden.
    pub fn check(self, role: Role) -> Result<(), Problem> {
        match self {
            Self::Public | Self::LoggedIn | Self::SettingUp => Ok(()),
            Self::Roles(roles) | Self::Hidden(roles) | Self::ByPolicy(roles, _) | Self::Knowing(roles, _)
                if roles.contains(&role) =>
            {
                Ok(())
            }
            Self::Roles(_) | Self::ByPolicy(..) | Self::Knowing(..) | Self::Keys => Err(Problem::forbidden()),
            Self::Hidden(_) => Err(Problem::not_found()),
        }
    }

    /// Whether a person, or a program by an API key, may come in. That the key's scope opens the route is checked where it is identified.
    ///
    /// # Errors
    /// As [`Self::check`].
    pub fn admit(self, person: &Person) -> Result<(), Problem> {
        match self {
            Self::Keys if person.proof.key.is_some() => Ok(()),
            _ => self.check(person.scope.role()),
        }
    }
}
