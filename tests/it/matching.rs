//! Which expert for which consultation: the search, the timers, the rules, the admins, the race.

mod admins;
mod duty;
mod panel;
mod race;
mod roster;
mod rules;
mod search;
mod timers;
mod world;
