//! People and their accounts: officers, operators, experts and the people of enterprises come by an invitation, change role or region,
//! leave and come back.
//!
//! Terms: an *invitation* is mailed and holds a one-time link, behind which the person chooses name and password; nobody sets the password of
//! another. The *first* of an enterprise's people is whoever of the active ones was there before the others; the first invites and removes
//! colleagues. The *open matters* of a person are what names that person and goes on when the account ends: open consultations, assigned
//! enterprises, plans that wait for a decision, open invitations.
//!
//! Invariants: an account that is deactivated has no open session and no open matters. The province always has an active officer. Nobody
//! deactivates the own account or changes the own role or region. Nobody gives a right that reaches beyond the own region.
//!
//! Neighbours: `accounts` owns the accounts; `experts`, `consultations`, `matching` and `plans` below hand over open matters; applicants and
//! claims have ways of their own in `experts` and `enterprises`.

pub mod accept;
pub mod api;
pub mod change;
pub mod colleagues;
pub mod deactivate;
pub mod end_sessions;
pub mod erasure;
mod exports;
mod global_search;
pub mod ids;
pub mod invitation_state;
pub mod invitations;
pub mod invite;
pub mod mails;
pub mod open_matters;
pub mod pages;
pub mod password_reset;
mod personal;
pub mod policy;
pub mod queries;
pub mod reactivate;
pub mod resend;
pub mod reset_factor;
mod room;
pub mod settings;
pub mod suspend;
pub mod suspend_api;

pub use accept::AcceptInvitation;
pub use change::ChangeAccount;
pub use deactivate::{DeactivateAccount, RemoveColleague};
pub use invite::{InviteColleague, InviteColleagueTo, InvitePerson};
pub use password_reset::SendPasswordReset;
pub use reactivate::ReactivateAccount;
pub use resend::{ResendInvitation, WithdrawInvitation};
pub use room::ROOM;
