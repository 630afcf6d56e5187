//! The parts of the page of an inspection: who takes part, what is known of the sample, what was found, what follows from it.

use chrono::{DateTime, Utc};

use crate::catalogue::Catalogue;
use crate::core::actor::{Actor, Role, Scope};
use crate::core::ids::EnterpriseId;
use crate::inspections::effects::Effects;
use crate::inspections::ids::InspectionId;
use crate::inspections::pages::{kind, quantity, yuan};
use crate::inspections::view::{InspectionDetail, ItemView};
use crate::inspections::words::{LinkKind, Party, Round};
use crate::remediation::ids::CaseId;
use crate::web::choices;
use crate::web::frame::Frame;

/// Who takes part, with a link to its page where the reader has one.
pub struct PartyShown {
    /// The role in which it takes part, in words.
    pub label: &'static str,
    /// Its name.
    pub name: String,
    /// The address of its page.
    pub href: Option<String>,
    /// What else is known of it.
    pub more: Option<String>,
}

/// The items of one test.
pub struct RoundShown {
    /// Of which test.
    pub round: Round,
    /// The items.
    pub items: Vec<ItemView>,
}

/// What it caused for a party.
pub struct FindingShown {
    /// The party for which it was caused, in words.
    pub party: String,
    /// Its case.
    pub case: Option<CaseId>,
    /// When it was opened, UTC.
    pub opened_at: DateTime<Utc>,
    /// Why it was taken back.
    pub taken_back: Option<String>,
}

/// An inspection that follows this one, or that this one follows.
pub struct LinkShown {
    /// How the two are related, in words.
    pub words: String,
    /// The other inspection.
    pub id: InspectionId,
    /// Its number.
    pub number: String,
}

/// The reader of the page.
pub struct Reader {
    /// An officer reads.
    pub officer: bool,
    /// The enterprise whose member reads.
    pub enterprise: Option<EnterpriseId>,
}

impl Reader {
    /// Of an actor.
    pub fn of(actor: &Actor) -> Self {
        let scope = actor.scope();
        Self {
            officer: scope.is_some_and(|scope| scope.role() == Role::Admin),
            enterprise: match scope {
                Some(Scope::Enterprise(id)) => Some(*id),
                _ => None,
            },
        }
    }
}

/// Who takes part.
pub fn parties(f: &Frame, catalogue: &Catalogue, d: &InspectionDetail, reader: &Reader) -> Vec<PartyShown> {
    let (v, s) = (&d.inspection, &d.subject);
    let link =
        |id: Option<EnterpriseId>| id.filter(|_| reader.officer).map(|id| format!("/enterprises/{id}"));
    let more = |parts: [Option<String>; 2]| {
        let words: Vec<String> = parts.into_iter().flatten().collect();
        (!words.is_empty()).then(|| words.join(" · "))
    };
    let operator = PartyShown {
        label: f.t("被抽样单位", "Operator"),
        name: format!("{} · {}", v.operator_name, f.say(&v.role.text())),
        href: link(v.operator_id),
        more: more([s.operator_uscc.clone(), s.operator_address.clone()]),
    };
    let producer = v.producer_name.clone().map(|name| PartyShown {
        label: f.t("标称生产者", "Nominal producer"),
        name,
        href: link(v.producer_id),
        more: more([v.confirmation.map(|answer| f.say(&answer.text()).to_owned()), s.producer_uscc.clone()]),
    });
    let plain =
        |label, name: Option<String>| name.map(|name| PartyShown { label, name, href: None, more: None });
    let programme = v.programme.clone().map(|name| PartyShown {
        label: f.t("抽查计划", "Programme"),
        name,
        href: v.programme_id.filter(|_| reader.officer).map(|id| format!("/programmes/{id}")),
        more: None,
    });
    [
        Some(operator),
        producer,
        plain(
            f.t("组织部门", "Organiser"),
            Some(choices::region(f.language, catalogue, &v.organiser_region)),
        ),
        plain(f.t("抽样机构", "Sampled by"), v.sampler.clone()),
        plain(f.t("承检机构", "Laboratory"), v.laboratory.clone()),
        plain(f.t("复检机构", "Re-test laboratory"), v.retest_laboratory.clone()),
        plain(f.t("委托方", "Ordered by"), s.client.clone()),
        plain(f.t("受托方", "Carried out by"), s.contractor.clone()),
        programme,
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What is known of product and sample: labels with values.
pub fn facts(f: &Frame, catalogue: &Catalogue, d: &InspectionDetail) -> Vec<(&'static str, String)> {
    let (v, s) = (&d.inspection, &d.subject);
    let t = |zh: &'static str, en: &'static str| f.t(zh, en);
    let unit = s.unit.as_deref().unwrap_or_default();
    let count = |value: Option<f64>| value.map(|n| format!("{} {unit}", quantity(n)).trim().to_owned());
    let list = |list: &[String]| (!list.is_empty()).then(|| list.join(t("、", ", ")));
    let online = s.online.as_ref().map(|online| {
        let parts = [&online.platform, &online.shop, &online.url, &online.order_no];
        parts.into_iter().flatten().cloned().collect::<Vec<_>>().join(" · ")
    });
    let all = [
        (t("产品种类", "Product kind"), kind(f, catalogue, v.product_kind.as_deref())),
        (t("商标", "Trademark"), s.trademark.clone()),
        (t("规格型号", "Model"), s.model.clone()),
        (t("执行标准", "Standard"), s.standard.clone()),
        (t("批号", "Batch"), s.batch.clone()),
        (t("生产日期", "Produced on"), s.produced_on.map(|day| f.day(&day))),
        (t("抽样基数", "Taken from"), count(s.base_quantity)),
        (t("检样数", "For the test"), count(s.test_quantity)),
        (t("备样数", "Reserve"), count(s.reserve_quantity)),
        (t("单价（元）", "Price (yuan)"), s.price_fen.map(yuan)),
        (t("抽样地点", "Where it was taken"), s.channel.map(|channel| f.say(&channel.text()).to_owned())),
        (t("网络购样", "Bought online"), online),
        (t("抽样人员", "Samplers"), list(&s.samplers)),
        (t("被抽样单位在场人员", "Present for the operator"), s.witness.clone()),
        (t("封条号", "Seals"), list(&s.seals)),
        (t("备样封存地点", "Reserve sample kept at"), s.reserve_kept_at.clone()),
        (t("样品", "Sample"), Some(f.say(&v.sample.text()).to_owned())),
        (t("检验报告编号", "Report"), v.report_no.clone()),
        (t("报告签发人", "Signed by"), s.signed_by.clone()),
    ];
    all.into_iter()
        .filter_map(|(label, value)| Some((label, value.filter(|value| !value.is_empty())?)))
        .collect()
}

/// The items, test by test.
pub fn rounds(d: &InspectionDetail) -> Vec<RoundShown> {
    let of = |round: Round| RoundShown {
        round,
        items: d.items.iter().filter(|item| item.round == round).cloned().collect(),
    };
    Round::ALL.iter().map(|round| of(*round)).filter(|shown| !shown.items.is_empty()).collect()
}

/// What it caused: for officers all of it, for an enterprise what concerns it.
pub fn findings(f: &Frame, d: &InspectionDetail, reader: &Reader) -> Vec<FindingShown> {
    let v = &d.inspection;
    let concerns = |party: Party| match reader.enterprise {
        Some(own) if party == Party::Producer => v.producer_id == Some(own),
        Some(own) => v.operator_id == Some(own),
        None => reader.officer,
    };
    let of = d.findings.iter().filter(|finding| concerns(finding.party));
    of.map(|finding| FindingShown {
        party: f.say(&finding.party.text()).to_owned(),
        case: finding.case_id,
        opened_at: finding.opened_at,
        taken_back: finding.reason.map(|why| f.say(&why.text()).to_owned()),
    })
    .collect()
}

/// The inspections that follow it, and that it follows.
pub fn links(f: &Frame, d: &InspectionDetail) -> Vec<LinkShown> {
    let words = |kind: LinkKind, follows: bool| match (kind, follows) {
        (LinkKind::Formal, true) => f.t("正式抽样的检查：", "Its formal sample: "),
        (LinkKind::Formal, false) => f.t("源于快速检测：", "After the quick test "),
        (LinkKind::FollowUp, true) => f.t("跟踪抽查：", "Its follow-up: "),
        (LinkKind::FollowUp, false) => f.t("跟踪此前的检查：", "Follows up "),
        (LinkKind::Reinspection, true) => f.t("复查：", "Its re-inspection: "),
        (LinkKind::Reinspection, false) => f.t("复查此前的检查：", "Re-inspection of "),
    };
    let links = d.links.iter().map(|link| LinkShown {
        words: words(link.kind, link.follows).to_owned(),
        id: link.inspection,
        number: link.number.clone(),
    });
    links.collect()
}

/// What the result of an inspection of this kind may cause.
pub fn effects(f: &Frame, effects: Effects) -> String {
    let may: Vec<&str> = [
        effects.nonconformity.then(|| f.t("不合格记录", "a nonconformity")),
        effects.conduct.then(|| f.t("信用记录", "a fact of conduct")),
        effects.publication.then(|| f.t("通报", "publication")),
    ]
    .into_iter()
    .flatten()
    .collect();
    if may.is_empty() {
        return f
            .t(
                "此类检查的结果不产生不合格记录、信用记录和通报。",
                "A result of such an inspection makes no nonconformity and no fact of conduct, and is not published.",
            )
            .to_owned();
    }
    let may = may.join(f.t("、", ", "));
    f.t(
        &format!("此类检查的结果可以产生：{may}。"),
        &format!("A result of such an inspection may cause: {may}."),
    )
    .to_owned()
}
