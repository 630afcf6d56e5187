//! ZeroDesk: the backend of an expert help-desk for product quality.

pub mod db;
pub mod settings;
