//! The pages in a real Chromium.

mod advice;
mod canned_replies;
mod certificates;
mod crawl;
mod drafts;
mod error_messages;
mod imports;
mod inspections;
mod knowledge;
mod label_checks;
mod lists;
mod main_workflow;
mod notices;
mod other_systems;
mod page_checks;
mod plain_http;
mod queue;
mod quoting;
mod room_to_talk;
mod screenshots;
mod second_factor;
mod security;
mod session;
mod tags;
mod taking_back;
mod uploads;
