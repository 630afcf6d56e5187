//! The pages in a real Chromium.

mod advice;
mod canned_replies;
mod certificates;
mod crawl;
mod drafts;
mod error_messages;
mod imports;
mod lists;
mod main_workflow;
mod other_systems;
mod page_checks;
mod plain_http;
mod queue;
mod screenshots;
mod second_factor;
mod security;
mod session;
mod taking_back;
mod uploads;
