//! The regimes of product kinds (严管, 专管, 普通): in which one a kind is on a day, what that means, and when its risk was last reviewed.

pub mod api;
pub mod commands;
pub mod history;
pub mod queries;
