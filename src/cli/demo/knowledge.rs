//! The knowledge base of the demo: articles made of its consultations, one that waits for an officer, one that is being stripped, and what some of
//! them did for enterprises.

use super::tables::{caller, concluded};
use crate::app::App;
use crate::core::actor::Actor;
use crate::core::ids::ConsultationId;
use crate::core::{Caller, Problem};
use crate::knowledge::confirm::{ConfirmedAs, FindingToConfirm};
use crate::knowledge::content::StandardRef;
use crate::knowledge::draft::ArticleChange;
use crate::knowledge::drafts::get;
use crate::knowledge::findings::FindingDecision;
use crate::knowledge::ids::ArticleId;
use crate::knowledge::queries::{ArticleFilter, list};
use crate::knowledge::uses::ArticleUse;
use crate::knowledge::{ApproveArticle, ConfirmFindings, DraftArticle, EditArticle, NoteUse, SubmitArticle};
use crate::web::params::largest_page;
use uuid::Uuid;

/// What an expert made of a consultation about products of a class.
struct Written {
    class: &'static str,
    kind: &'static str,
    title: &'static str,
    items: &'static [&'static str],
    standards: &'static [(&'static str, &'static str)],
    question: &'static str,
    cause: &'static str,
    actions: &'static str,
    result: &'static str,
}

const WRITTEN: [Written; 6] = [
    Written {
        class: "C03",
        kind: "聚氯乙烯绝缘无护套电线",
        title: "电线电缆导体电阻偏大、绝缘偏薄的排查与整改",
        items: &["导体电阻", "绝缘厚度"],
        standards: &[("GB/T 3956-2008", "5.1"), ("GB/T 5023.3-2008", "2.3")],
        question: "两批电线同时出现导体电阻超标和绝缘最薄处厚度不合格，应从哪里查起？",
        cause: "铜杆来料电阻率偏高，且拉丝退火不充分；挤塑模具磨损造成绝缘偏心。",
        actions: "1. 封存同批产品，停止销售并通知经销商下架。\n2. 逐卷检测铜杆电阻率，核对拉丝与退火工艺记录。\n3. 更换磨损的挤塑模具，调整同心度。\n4. 每班首件检测导体电阻与绝缘厚度并留样。",
        result: "更换铜杆并修复模具后，连续三批送检合格，复查通过。",
    },
    Written {
        class: "C06",
        kind: "塑胶玩具",
        title: "儿童玩具小零件脱落与可迁移元素超标的整改",
        items: &["小零件", "可迁移元素"],
        standards: &[("GB 6675.2-2014", "4.4"), ("GB 6675.4-2014", "5")],
        question: "涂料供应商的报告合格，为何成品仍检出铅超标？装饰件脱落产生小零件如何处理？",
        cause: "换线时清洗不彻底，混用了旧批涂料；装饰件胶粘强度不足。",
        actions: "1. 停用并隔离来源不明的涂料，成品按批复检可迁移元素。\n2. 换色换线实行清场确认。\n3. 装饰件改为超声波焊接，增加拉力和扭力试验。",
        result: "改进后拉力、扭力试验后无小零件产生，八种可迁移元素均合格。",
    },
    Written {
        class: "C04",
        kind: "家用燃气灶具",
        title: "家用燃气灶具热效率偏低与熄火保护装置开阀时间超标",
        items: &["热效率", "熄火保护装置"],
        standards: &[("GB 16410-2020", "5.2.4"), ("GB 30720-2014", "4.3")],
        question: "灶具热效率低于标准，熄火保护装置开阀时间偏长，应如何排查？",
        cause: "火盖与锅支架配合高度偏大；热电偶安装位置偏离火焰。",
        actions: "1. 调整锅支架高度并复测热效率与一氧化碳含量。\n2. 统一热电偶定位工装。\n3. 出厂逐台检测开阀时间和闭阀时间。",
        result: "热效率达到 3 级以上，开阀时间稳定在 10 秒以内，复查合格。",
    },
    Written {
        class: "C10",
        kind: "木家具",
        title: "木家具甲醛释放量超标的原因分析与控制",
        items: &["甲醛释放量"],
        standards: &[("GB 18584-2024", "4.1"), ("GB/T 39600-2021", "4")],
        question: "成品柜甲醛释放量超标，板材报告却合格，问题出在哪里？",
        cause: "板材封边不完整，胶粘剂用量偏大且固化时间不足。",
        actions: "1. 六面封边，孔位加盖。\n2. 更换低甲醛胶粘剂并规定涂胶量。\n3. 成品陈放满七天后抽检。",
        result: "整改后成品甲醛释放量低于限值的一半。",
    },
    Written {
        class: "C22",
        kind: "嵌入式灯具",
        title: "LED 灯具骚扰电压与爬电距离不合格的整改",
        items: &["骚扰电压", "爬电距离"],
        standards: &[("GB/T 17743-2021", "4.3"), ("GB/T 7000.1-2023", "11")],
        question: "LED 灯具骚扰电压超标、爬电距离不足，能否不改外壳完成整改？",
        cause: "驱动电源滤波元件被替换，印制板布线未预留隔离槽。",
        actions: "1. 恢复滤波电路并锁定关键元器件。\n2. 印制板增加隔离槽，重新核算爬电距离。\n3. 关键元器件变更须重新验证。",
        result: "外壳不变，改板后骚扰电压与爬电距离均合格。",
    },
    Written {
        class: "C42",
        kind: "西服",
        title: "服装纤维含量标注不符与色牢度不合格",
        items: &["纤维含量", "色牢度"],
        standards: &[("GB/T 29862-2013", "7"), ("GB 18401-2010", "5.1")],
        question: "面料供应商换批后成衣纤维含量与标注不符，耐摩擦色牢度也不合格，怎么办？",
        cause: "换批后未复核成分即沿用旧标识；深色面料固色不充分。",
        actions: "1. 下架重新标识。\n2. 每批面料入库前检测成分和色牢度。\n3. 与供应商约定固色工艺和验收指标。",
        result: "重新标识并更换面料后检验合格。",
    },
];

/// Makes them, after everything else of the demo.
pub(super) fn create(app: &App) -> Result<(), Problem> {
    let officer = caller(app, "admin-guangdong")?;
    let mut published = 0;
    for written in &WRITTEN {
        let Some((id, expert)) = concluded(app, written.class)? else { continue };
        let article = drafted(app, &expert, id, written)?;
        app.execute(&expert, &SubmitArticle { id: article })?;
        // The last one waits for an officer.
        if written.class != "C42" {
            app.execute(&officer, &ApproveArticle { id: article })?;
            published += 1;
        }
    }
    if published == 0 {
        return Err(Problem::internal("the demo has no concluded consultation for an article"));
    }
    // One as it is stripped, with what is to be confirmed.
    if let Some((id, expert)) = concluded(app, "C03")? {
        let id = app.execute(&expert, &DraftArticle { consultation: id })?;
        let question = "广州恒通线缆有限公司（电话 020-83331234）反映两批产品同时不合格，请问从哪里查起？";
        let change = ArticleChange { question: Some(question.to_owned()), ..ArticleChange::default() };
        app.execute(&expert, &EditArticle { id, change })?;
    }
    uses(app)
}

/// An article as its expert writes it, with all findings confirmed.
fn drafted(
    app: &App,
    expert: &Caller,
    consultation: ConsultationId,
    written: &Written,
) -> Result<ArticleId, Problem> {
    let id = app.execute(expert, &DraftArticle { consultation })?;
    let text = |text: &str| Some(text.to_owned());
    let standard = |(standard, clause): &(&str, &str)| StandardRef {
        standard: (*standard).to_owned(),
        clause: Some((*clause).to_owned()),
    };
    let change = ArticleChange {
        title: text(written.title),
        product_kinds: Some(vec![written.kind.to_owned()]),
        failed_items: Some(written.items.iter().map(|item| (*item).to_owned()).collect()),
        standards: Some(written.standards.iter().map(standard).collect()),
        question: text(written.question),
        cause: text(written.cause),
        actions: text(written.actions),
        result: text(written.result),
    };
    app.execute(expert, &EditArticle { id, change })?;
    let view = get(&mut *app.conn()?, &Actor::System, app.catalogue(), id)?;
    let decisions: Vec<FindingToConfirm> = view
        .findings
        .iter()
        .filter(|view| view.finding.decision == FindingDecision::Open)
        .map(|view| FindingToConfirm {
            finding: view.finding.id,
            decision: ConfirmedAs::Harmless,
            replacement: None,
        })
        .collect();
    if !decisions.is_empty() {
        app.execute(expert, &ConfirmFindings { id, decisions })?;
    }
    Ok(id)
}

/// What some articles did while enterprises typed questions.
fn uses(app: &App) -> Result<(), Problem> {
    let articles: Vec<ArticleId> =
        list(&mut *app.conn()?, &Actor::System, app.catalogue(), &ArticleFilter::default(), largest_page())?
            .items
            .into_iter()
            .map(|article| article.id)
            .collect();
    for (at, username) in
        ["enterprise-hengtong", "enterprise-lele", "enterprise-jinhui"].into_iter().enumerate()
    {
        let enterprise = caller(app, username)?;
        let question = Uuid::now_v7();
        let shown: Vec<ArticleId> = articles.iter().skip(at).take(3).copied().collect();
        for (what, most) in [(ArticleUse::Shown, 3), (ArticleUse::Opened, 2), (ArticleUse::Helped, at % 2)] {
            let some: Vec<ArticleId> = shown.iter().take(most).copied().collect();
            if !some.is_empty() {
                let note =
                    NoteUse { question, articles: some, what, nonconformity: None, product_kind: None };
                app.execute(&enterprise, &note)?;
            }
        }
    }
    Ok(())
}
