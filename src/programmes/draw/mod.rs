//! Draws that anybody can repeat: the frame, the seed, the weights, who was drawn, and which laboratory tests whose sample.

pub mod algorithm;
pub mod api;
pub mod assign;
pub mod commands;
pub mod frame;
pub mod laboratories;
pub mod public;
pub mod queries;
pub mod register;
pub mod risk_index;
