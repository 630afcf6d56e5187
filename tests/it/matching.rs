//! Which expert for which consultation: the search, the timers, the rules, the admins, the race.

mod admins;
mod capacity;
mod concurrency;
mod duty;
mod invitations;
mod panel;
mod positions;
mod roster;
mod rules;
mod search;
mod support;
mod timers;
