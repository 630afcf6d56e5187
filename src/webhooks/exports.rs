//! Webhooks and their deliveries as files.

use crate::exports::{Cell, Column, FilterWord, List, Q};
use crate::webhooks::pages::{delivery_state, state_word};
use crate::webhooks::queries::{DeliveryView, WebhookView};

/// The webhooks, without their secrets.
pub static WEBHOOKS: List<WebhookView> = List {
    name: "webhooks",
    zh: "事件推送",
    en: "Webhooks",
    people: true,
    columns: &[
        Column::new("推送地址", "Endpoint", |h, _| Cell::text(&h.url)),
        Column::new("用途", "What for", |h, _| Cell::text(&h.description)),
        Column::new("地区", "Region", |h, w| Cell::text(w.region(&h.region))),
        Column::new("事件", "Events", |h, w| {
            let texts: Vec<_> = h.events.iter().map(|kind| kind.text()).collect();
            Cell::text(w.joined(texts.iter().map(|text| w.say(text))))
        }),
        Column::new("状态", "State", |h, w| Cell::text(state_word(w, h))),
        Column::new("连续失败起始时间", "Failing since", |h, _| Cell::moment(h.failing_since)),
        Column::new("创建人", "Officer", |h, _| Cell::text(&h.officer)),
        Column::new("创建时间", "Made", |h, _| Cell::Moment(h.created_at)),
    ],
    filters: &[
        Q,
        FilterWord::new("state", "状态", "state", |word, w| match word.parse() {
            Ok(state) => crate::webhooks::pages::state_alone(w, state).to_owned(),
            Err(_) => word.to_owned(),
        }),
    ],
};

/// The deliveries of a webhook.
pub static DELIVERIES: List<DeliveryView> = List {
    name: "webhook-deliveries",
    zh: "推送记录",
    en: "Deliveries",
    people: false,
    columns: &[
        Column::new("推送编号", "Id of the delivery", |d, _| Cell::text(d.id.to_string())),
        Column::new("事件", "Event", |d, w| Cell::text(w.say(&d.event_text()))),
        Column::new("事件时间", "Happened", |d, _| Cell::Moment(d.at)),
        Column::new("对象编号", "Id of the thing", |d, _| Cell::text(d.subject_id.to_string())),
        Column::new("状态", "State", |d, w| Cell::text(delivery_state(w, d.state))),
        Column::new("推送次数", "Attempts", |d, _| Cell::count(d.attempts_made)),
        Column::new("最近返回状态码", "Last status", |d, _| {
            d.last().and_then(|attempt| attempt.status).map_or(Cell::Empty, Cell::count)
        }),
        Column::new("最近错误", "Last error", |d, _| {
            Cell::some(d.last().and_then(|attempt| attempt.error.as_ref()))
        }),
        Column::new("下次推送", "Next attempt", |d, _| Cell::moment(d.next_attempt_at)),
        Column::new("结束时间", "Ended", |d, _| Cell::moment(d.ended_at)),
    ],
    filters: &[FilterWord::new("state", "状态", "state", |word, w| match word.parse() {
        Ok(state) => delivery_state(w, state).to_owned(),
        Err(_) => word.to_owned(),
    })],
};
