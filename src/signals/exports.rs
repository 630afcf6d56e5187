//! Signals, their files and feeds as files.

use crate::exports::{Cell, Column, FilterWord, List, Q, REGION};
use crate::signals::files::standing::StandingSignal;
use crate::signals::files::view::SignalImportView;
use crate::signals::pages::words::import_state_word;
use crate::signals::queries::SignalView;
use crate::signals::source::{Reliability, SignalSource};
use crate::signals::state::SignalState;
use crate::signals::subscriptions::queries::SignalFeedView;

/// The signals.
pub static SIGNALS: List<SignalView> = List {
    name: "signals",
    zh: "风险信息",
    en: "Signals",
    people: false,
    columns: &[
        Column::new("来源", "Source", |s, w| Cell::text(s.source.text().get(w.language))),
        Column::new("来源编号", "Number", |s, _| {
            // An id of the platform's own says nothing to people.
            Cell::some(Some(&s.external_id).filter(|id| uuid::Uuid::try_parse(id).is_err()))
        }),
        Column::new("标题", "Title", |s, _| Cell::text(&s.title)),
        Column::new("可信度", "Reliability", |s, w| Cell::text(s.reliability.text().get(w.language))),
        Column::new("状态", "State", |s, w| Cell::text(s.state.text().get(w.language))),
        Column::new("发布日期", "Published on", |s, _| Cell::Date(s.published_on)),
        Column::new("产品种类代码", "Product kind", |s, _| Cell::some(s.product_kind.as_ref())),
        Column::new("企业", "Enterprise", |s, _| Cell::some(s.enterprise.as_ref())),
        Column::new("地区代码", "Region code", |s, _| Cell::some(s.region.as_ref())),
        Column::new("匹配置信度", "Confidence of the match", |s, _| Cell::count(s.match_confidence)),
        Column::new("危害", "Hazard", |s, w| {
            Cell::some(s.hazard.map(|h| h.text().get(w.language).to_owned()))
        }),
        Column::new("严重程度", "Severity", |s, _| {
            s.severity.map_or_else(|| Cell::text(""), Cell::count)
        }),
        Column::new("品牌", "Brand", |s, _| Cell::some(s.named.brand.as_ref())),
        Column::new("型号", "Model", |s, _| Cell::some(s.named.model.as_ref())),
        Column::new("条码", "Barcode", |s, _| Cell::some(s.barcode.as_ref())),
        Column::new("数量", "Count", |s, _| s.named.count.map_or_else(|| Cell::text(""), Cell::count)),
        Column::new("逾期报告工作日", "Working days late", |s, _| {
            s.named.late_days.map_or_else(|| Cell::text(""), Cell::count)
        }),
        Column::new("合并的相同信息", "Merged", |s, _| Cell::count(s.doubles)),
        Column::new("网址", "Address", |s, _| Cell::some(s.url.as_ref())),
        Column::new("录入时间", "Entered", |s, _| Cell::Moment(s.created_at)),
        Column::new("研判时间", "Triaged", |s, _| Cell::moment(s.triaged_at)),
    ],
    filters: &[
        Q,
        FilterWord::new("state", "状态", "state", |word, w| match word.parse::<SignalState>() {
            Ok(state) => state.text().get(w.language).to_owned(),
            Err(_) => word.to_owned(),
        }),
        FilterWord::new("open", "待研判", "to be triaged", |word, w| match word {
            "true" => w.t("是", "yes").to_owned(),
            _ => word.to_owned(),
        }),
        FilterWord::new("source", "来源", "source", |word, w| match word.parse::<SignalSource>() {
            Ok(source) => source.text().get(w.language).to_owned(),
            Err(_) => word.to_owned(),
        }),
        FilterWord::new("reliability", "可信度", "reliability", |word, w| {
            match word.parse::<Reliability>() {
                Ok(reliability) => reliability.text().get(w.language).to_owned(),
                Err(_) => word.to_owned(),
            }
        }),
        FilterWord::new("product_kind", "产品种类", "product kind", |word, _| word.to_owned()),
        REGION,
        FilterWord::of_row("enterprise", "企业", "enterprise", &[]),
        FilterWord::of_row("merged_into", "合并到", "merged into", &[]),
    ],
};

/// The files of signals.
pub static IMPORTS: List<SignalImportView> = List {
    name: "signal-imports",
    zh: "风险信息导入记录",
    en: "Files of signals",
    people: false,
    columns: &[
        Column::new("文件", "File", |l, _| Cell::text(&l.file_name)),
        Column::new("文件类型", "Kind", |l, w| Cell::text(l.feed.text().get(w.language))),
        Column::new("状态", "State", |l, w| Cell::text(import_state_word(w, l.state))),
        Column::new("仅检查", "Check only", |l, w| {
            Cell::text(if l.dry_run { w.t("是", "yes") } else { "" })
        }),
        Column::new("地区代码", "Region code", |l, _| Cell::text(&l.region)),
        Column::new("提交时间", "Asked for", |l, _| Cell::Moment(l.created_at)),
        Column::new("完成时间", "Finished", |l, _| Cell::moment(l.finished_at)),
        Column::new("行数", "Rows", |l, _| Cell::count(l.rows)),
        Column::new("新增", "New", |l, _| Cell::count(l.inserted)),
        Column::new("更新", "Changed", |l, _| Cell::count(l.updated)),
        Column::new("未变", "Same", |l, _| Cell::count(l.unchanged)),
        Column::new("拒绝", "Rejected", |l, _| Cell::count(l.to_mend())),
        Column::new("非记录行", "No records", |l, _| Cell::count(l.not_records)),
        Column::new("撤回时间", "Withdrawn", |l, _| Cell::moment(l.withdrawal.as_ref().map(|w| w.at))),
        Column::new("撤回原因", "Why withdrawn", |l, _| {
            Cell::some(l.withdrawal.as_ref().map(|w| &w.reason))
        }),
    ],
    filters: &[Q],
};

/// What stands on the rows of a file.
pub static STANDING: List<StandingSignal> = List {
    name: "standing-signals",
    zh: "不能撤回的风险信息",
    en: "Rows on which something stands",
    people: false,
    columns: &[
        Column::new("工作表", "Sheet", |s, _| Cell::some(s.sheet.as_ref())),
        Column::new("行号", "Row", |s, _| Cell::count(s.row)),
        Column::new("来源编号", "Number", |s, _| Cell::text(&s.number)),
        Column::new("已有的办理内容", "What stands on it", |s, w| {
            Cell::text(w.t(&s.text_zh, &s.text_en))
        }),
    ],
    filters: &[],
};

/// The feeds.
pub static FEEDS: List<SignalFeedView> = List {
    name: "signal-feeds",
    zh: "舆情订阅源",
    en: "Feeds",
    people: false,
    columns: &[
        Column::new("名称", "Name", |f, _| Cell::text(&f.name)),
        Column::new("地址", "Address", |f, _| Cell::text(&f.url)),
        Column::new("来源", "Source", |f, w| Cell::text(f.source.text().get(w.language))),
        Column::new("可信度", "Reliability", |f, w| Cell::text(f.reliability.text().get(w.language))),
        Column::new("已暂停", "Paused", |f, w| Cell::text(if f.paused { w.t("是", "yes") } else { "" })),
        Column::new("最近读取", "Last read", |f, _| Cell::moment(f.last_at)),
        Column::new("最近结果", "Last result", |f, _| Cell::some(f.last_error.as_ref())),
        Column::new("最近条数", "Entries", |f, _| {
            f.last_items.map_or_else(|| Cell::text(""), Cell::count)
        }),
        Column::new("最近新增", "New entries", |f, _| {
            f.last_new.map_or_else(|| Cell::text(""), Cell::count)
        }),
    ],
    filters: &[Q],
};
