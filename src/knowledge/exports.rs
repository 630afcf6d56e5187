//! Articles and their counts as files. None of them says for whom an article was written or who used it.

use crate::exports::{Cell, Column, FilterWord, List, Q, Words};
use crate::knowledge::content::StandardRef;
use crate::knowledge::counts::Usage;
use crate::knowledge::drafts::DraftLine;
use crate::knowledge::queries::{ArticleView, KindRef};
use crate::knowledge::state::ArticleState;

fn kinds(kinds: &[KindRef], words: &Words) -> Cell {
    let names: Vec<&str> = kinds.iter().map(|kind| words.t(&kind.name_zh, &kind.name_en)).collect();
    Cell::text(names.join(words.t("、", ", ")))
}

/// A standard with its clause, in one piece.
pub fn standard(one: &StandardRef) -> String {
    match &one.clause {
        Some(clause) => format!("{} {clause}", one.standard),
        None => one.standard.clone(),
    }
}

fn standards(all: &[StandardRef], words: &Words) -> Cell {
    Cell::text(all.iter().map(standard).collect::<Vec<_>>().join(words.t("、", ", ")))
}

fn state(state: ArticleState, words: &Words) -> String {
    words.say(&state.text()).to_owned()
}

fn same(word: &str, _: &Words) -> String {
    word.to_owned()
}

/// The published articles.
pub static ARTICLES: List<ArticleView> = List {
    name: "knowledge-articles",
    zh: "知识条目",
    en: "Knowledge articles",
    people: false,
    columns: &[
        Column::new("标题", "Title", |a, _| Cell::text(&a.title)),
        Column::new("产品种类", "Product kinds", |a, w| kinds(&a.product_kinds, w)),
        Column::new("不合格项目", "Failed items", |a, w| {
            Cell::text(a.failed_items.join(w.t("、", ", ")))
        }),
        Column::new("标准与条款", "Standards", |a, w| standards(&a.standards, w)),
        Column::new("问题", "Question", |a, _| Cell::text(&a.question)),
        Column::new("原因", "Cause", |a, _| Cell::text(&a.cause)),
        Column::new("整改措施", "Actions", |a, _| Cell::text(&a.actions)),
        Column::new("结果", "Result", |a, _| Cell::text(&a.result)),
        Column::new("发布时间", "Published", |a, _| Cell::moment(a.published_at)),
    ],
    filters: &[
        Q,
        FilterWord::new("product_kind", "产品种类", "product kind", |code, w| w.kind(code)),
        FilterWord::new("failed_item", "不合格项目", "failed item", same),
        FilterWord::new("standard", "标准", "standard", same),
    ],
};

/// The articles that someone works on.
pub static DRAFTS: List<DraftLine> = List {
    name: "knowledge-drafts",
    zh: "知识条目办理",
    en: "Knowledge articles in work",
    people: true,
    columns: &[
        Column::new("标题", "Title", |d, _| Cell::text(&d.article.title)),
        Column::new("状态", "State", |d, w| Cell::text(state(d.state, w))),
        Column::new("产品种类", "Product kinds", |d, w| kinds(&d.article.product_kinds, w)),
        Column::new("地区", "Region", |d, w| Cell::text(w.region(&d.region))),
        Column::new("专家", "Expert", |d, _| Cell::text(&d.expert)),
        Column::new("退回或撤下原因", "Why returned or withdrawn", |d, _| {
            Cell::some(d.reason.as_ref())
        }),
        Column::new("提交时间", "Submitted", |d, _| Cell::moment(d.submitted_at)),
        Column::new("发布时间", "Published", |d, _| Cell::moment(d.article.published_at)),
        Column::new("更新时间", "Changed", |d, _| Cell::Moment(d.updated_at)),
    ],
    filters: &[
        Q,
        FilterWord::new("state", "状态", "state", |word, w| match word.parse() {
            Ok(known) => state(known, w),
            Err(_) => word.to_owned(),
        }),
    ],
};

/// The counts of the articles.
pub static USAGE: List<Usage> = List {
    name: "knowledge-usage",
    zh: "知识条目使用情况",
    en: "Use of the knowledge articles",
    people: false,
    columns: &[
        Column::new("标题", "Title", |u, _| Cell::text(&u.title)),
        Column::new("状态", "State", |u, w| Cell::text(state(u.state, w))),
        Column::new("发布时间", "Published", |u, _| Cell::moment(u.published_at)),
        Column::new("展示次数", "Shown", |u, _| Cell::count(u.counts.shown)),
        Column::new("打开次数", "Opened", |u, _| Cell::count(u.counts.opened)),
        Column::new("解决问题次数", "Helped", |u, _| Cell::count(u.counts.helped)),
        Column::new("免于问诊次数", "Spared a consultation", |u, _| Cell::count(u.counts.spared)),
        Column::new("待确认次数", "Not decided yet", |u, _| Cell::count(u.counts.waiting)),
    ],
    filters: &[Q, FilterWord::new("as_of", "截至", "as of", same)],
};
