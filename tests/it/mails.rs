//! What the mails of all domains say, in both languages.

use chrono::{NaiveDate, TimeZone, Utc};
use zerodesk::accounts::mails::Mail as OfAccounts;
use zerodesk::api_keys::mails::Mail as OfApiKeys;
use zerodesk::campaigns::mails::Mail as OfCampaigns;
use zerodesk::conduct::mails::Mail as OfConduct;
use zerodesk::consultations::mails::Mail as OfConsultations;
use zerodesk::core::Language;
use zerodesk::core::clock::{moment_en, moment_zh};
use zerodesk::credit::mails::Mail as OfCredit;
use zerodesk::credit_codes::mails::Mail as OfCreditCodes;
use zerodesk::cross_inspections::mails::Mail as OfCrossInspections;
use zerodesk::engagements::mails::Mail as OfEngagements;
use zerodesk::enterprises::mails::Mail as OfEnterprises;
use zerodesk::experts::mails::Mail as OfExperts;
use zerodesk::inspections::mails::Mail as OfInspections;
use zerodesk::knowledge::mails::Mail as OfKnowledge;
use zerodesk::notifications::MailText;
use zerodesk::notifications::templates::Rendered;
use zerodesk::online_sessions::mails::Mail as OfOnlineSessions;
use zerodesk::oversight::mails::Mail as OfOversight;
use zerodesk::people::mails::Mail as OfPeople;
use zerodesk::personal_data::mails::Mail as OfPersonalData;
use zerodesk::plans::mails::Mail as OfPlans;
use zerodesk::programmes::mails::Mail as OfProgrammes;
use zerodesk::remediation::mails::Mail as OfRemediation;
use zerodesk::response_targets::mails::Mail as OfResponseTargets;
use zerodesk::risk::mails::Mail as OfRisk;
use zerodesk::unread_mails::mails::Mail as OfUnreadMails;
use zerodesk::vouchers::mails::Mail as OfVouchers;
use zerodesk::webhooks::mails::Mail as OfWebhooks;
use zerodesk::zero_out::mails::Mail as OfZeroOut;

const LINK: &str = "https://zerodesk.example/r/k3Jx9-fZ";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn all(passed: bool) -> Vec<Box<dyn MailText>> {
    let subject = || "电线绝缘厚度不合格，怎样整改".to_owned();
    let product = || "铜芯聚氯乙烯绝缘电线".to_owned();
    let enterprise = || "广州明珠电缆有限公司".to_owned();
    let asked = || Utc.with_ymd_and_hms(2026, 11, 22, 1, 30, 0).unwrap();
    let matter = || "关于电线电缆产品质量风险的提醒".to_owned();
    let document = || "粤市监质函〔2026〕3号".to_owned();
    let network = || "203.0.113.0/24".to_owned();
    let (expert, report_no, link) = ("陈国华".to_owned(), "GD-2021-0317".to_owned(), LINK.to_owned());
    let at = Utc.with_ymd_and_hms(2026, 11, 23, 16, 5, 0).unwrap();
    let (username, email) = ("mingzhu".to_owned(), "new@mingzhu.example".to_owned());
    let name = || "chen-guohua".to_owned();
    vec![
        Box::new(OfAccounts::SecondFactorOn { username: name() }),
        Box::new(OfAccounts::SecondFactorOff { username: name(), reset: passed }),
        Box::new(OfAccounts::RecoveryCodeUsed { username: name(), left: if passed { 9 } else { 2 } }),
        Box::new(OfAccounts::WrongCodes { username: name() }),
        Box::new(OfAccounts::IdentityChanged {
            username: name(),
            provider: "粤政易".to_owned(),
            linked: passed,
        }),
        Box::new(OfAccounts::PasswordReset {
            username: username.clone(),
            link: link.clone(),
            valid_minutes: 30,
            at,
            by_officer: !passed,
        }),
        Box::new(OfAccounts::PasswordChanged { username: username.clone(), at }),
        Box::new(OfAccounts::AddressConfirmation { link: link.clone(), valid_hours: 24 }),
        Box::new(OfAccounts::AddressRequested { username: username.clone(), email: email.clone(), at }),
        Box::new(OfAccounts::AddressChanged { username, email, at }),
        Box::new(OfEnterprises::RegistrationLink {
            enterprise: enterprise(),
            asked: asked(),
            network: network(),
            link: link.clone(),
            valid_hours: 48,
        }),
        Box::new(OfEnterprises::RegistrationApproved {
            enterprise: enterprise(),
            asked: asked(),
            link: link.clone(),
            valid_hours: 48,
        }),
        Box::new(OfEnterprises::RegistrationApprovedElsewhere { asked: asked() }),
        Box::new(OfEnterprises::RegistrationEnded { asked: asked() }),
        Box::new(OfEnterprises::AccountOpened {
            enterprise: enterprise(),
            at: asked(),
            ended: if passed { 2 } else { 0 },
        }),
        Box::new(OfExperts::ApplicationLink {
            asked: asked(),
            network: network(),
            link: link.clone(),
            valid_hours: 48,
        }),
        Box::new(OfEnterprises::RegistrationRejected {
            asked: asked(),
            reason: "营业执照照片无法辨认。\n请重新拍摄后提交。".into(),
        }),
        Box::new(OfEnterprises::AlreadyClaimed {
            enterprise: enterprise(),
            asked: asked(),
            network: network(),
        }),
        Box::new(OfExperts::ApplicationReceived { expert: expert.clone() }),
        Box::new(OfExperts::ApplicationApproved { login_link: link.clone(), refused: "".into() }),
        Box::new(OfExperts::ExpertProfileChanged {
            capacity: if passed { 8 } else { 0 },
            regions: if passed { String::new() } else { "广州市、深圳市".to_owned() },
            regions_en: if passed { String::new() } else { "Guangzhou, Shenzhen".to_owned() },
            reason: "人手增加。".into(),
        }),
        Box::new(OfExperts::SpecialtyDecided {
            specialty_zh: product(),
            specialty_en: "Wires".to_owned(),
            approved: passed,
            reason: if passed { "" } else { "证书已过期。" }.into(),
        }),
        Box::new(OfExperts::ExpertSuspended {
            reason: "投诉核查。".into(),
            until: passed.then(|| day("2026-12-31")),
            contact: "王监管 020-12345678".to_owned(),
            open: if passed { 2 } else { 0 },
            link: link.clone(),
        }),
        Box::new(OfExperts::ExpertSuspensionEnded {
            reason: if passed { "核查完毕。" } else { "" }.into(),
            link: link.clone(),
        }),
        Box::new(OfConsultations::NoteMention {
            by: "王监管".to_owned(),
            subject: subject(),
            link: link.clone(),
            account: link.clone(),
        }),
        Box::new(OfExperts::ApplicationRejected { reason: "尚缺职称证明。".into() }),
        Box::new(OfConsultations::ConsultationOffered {
            expert: expert.clone(),
            subject: subject(),
            enterprise: enterprise(),
            product: product(),
            until: Utc.with_ymd_and_hms(2026, 11, 23, 16, 5, 0).unwrap(),
            link: link.clone(),
        }),
        Box::new(OfConsultations::ConsultationAccepted { expert, subject: subject(), link: link.clone() }),
        Box::new(OfConsultations::ConsultationWaiting { subject: subject() }),
        Box::new(OfConsultations::ConsultationAlarm {
            subject: subject(),
            enterprise: enterprise(),
            since: Utc.with_ymd_and_hms(2026, 11, 23, 16, 5, 0).unwrap(),
            link: link.clone(),
        }),
        Box::new(OfConsultations::AnswerExpected {
            subject: subject(),
            from: Utc.with_ymd_and_hms(2026, 11, 24, 0, 30, 0).unwrap(),
            link: link.clone(),
        }),
        Box::new(OfConsultations::ConsultationReassigned {
            subject: subject(),
            expert: "陈国华".to_owned(),
            silent: passed,
            link: link.clone(),
        }),
        Box::new(OfConsultations::ConsultationWithdrawn {
            subject: subject(),
            silent: !passed,
            reason: "企业申请更换。".into(),
        }),
        Box::new(OfConsultations::ConsultationClosed {
            subject: subject(),
            enterprise: enterprise(),
            taken_back: !passed,
            reason: "已在厂内找到原因。".into(),
            link: link.clone(),
        }),
        Box::new(OfConsultations::ConsultationMerged {
            subject: subject(),
            enterprise: enterprise(),
            into: if passed { "电缆绝缘电阻如何整改".to_owned() } else { String::new() },
            reason: "两件问诊为同一问题。".into(),
            link: if passed { link.clone() } else { String::new() },
        }),
        Box::new(OfConsultations::RatingReminder { subject: subject(), link: link.clone() }),
        Box::new(OfConsultations::ConsultationAssigned {
            subject: subject(),
            enterprise: enterprise(),
            reason: "本市唯一的线缆专家。".into(),
            link: link.clone(),
        }),
        Box::new(OfConsultations::PanelInvitation {
            subject: subject(),
            enterprise: enterprise(),
            note: "请看绝缘材料。".into(),
            link: link.clone(),
        }),
        Box::new(OfConsultations::ConsultationReopened {
            subject: subject(),
            enterprise: enterprise(),
            same_expert: passed,
            reason: "新批次又出现同样问题。".into(),
            link: link.clone(),
        }),
        Box::new(OfConsultations::InformationAsked {
            subject: subject(),
            question: "请上传最近三批的检验报告。".into(),
            link: link.clone(),
        }),
        Box::new(OfResponseTargets::ResponseTargets {
            count: if passed { 1 } else { 51 },
            unnamed: u32::from(!passed),
            lines: "- 电线绝缘厚度不合格（广州明珠电缆有限公司）：首次答复即将到期".into(),
            link: link.clone(),
        }),
        Box::new(OfApiKeys::ConsultationOpenedFor {
            system: "市场监管数据中台".to_owned(),
            subject: subject(),
            link: link.clone(),
        }),
        Box::new(OfProgrammes::ProgrammeCharged {
            programme: "年度产品质量省级监督抽查计划".to_owned(),
            region: "广州市".to_owned(),
            tasks: 3,
            samples: 120,
            due_on: day("2026-12-31"),
            link: link.clone(),
        }),
        Box::new(OfProgrammes::ProgrammeReturned {
            programme: "年度产品质量省级监督抽查计划".to_owned(),
            reason: "样品数与经费不符。".to_owned(),
            link: link.clone(),
        }),
        Box::new(OfCreditCodes::CreditCodeDecided {
            product: "聚氯乙烯绝缘电线 BV 2.5".to_owned(),
            decision: if passed { "准予授码" } else { "不予授码" }.to_owned(),
            reason: if passed { String::new() } else { "三年内有不合格记录".to_owned() },
            until: passed.then(|| day("2028-11-29")),
            link: link.clone(),
        }),
        Box::new(OfCreditCodes::CreditCodeSuspended {
            product: "聚氯乙烯绝缘电线 BV 2.5".to_owned(),
            conditions: "- 无未办结案件：有 1 件不合格案件未办结".into(),
            link: link.clone(),
        }),
        Box::new(OfCreditCodes::CreditCodeResumed {
            product: "聚氯乙烯绝缘电线 BV 2.5".to_owned(),
            link: link.clone(),
        }),
        Box::new(OfCreditCodes::CreditCodeEnds {
            product: "聚氯乙烯绝缘电线 BV 2.5".to_owned(),
            until: day("2028-11-29"),
            link: link.clone(),
        }),
        Box::new(OfWebhooks::WebhookDisabled {
            url: "https://hooks.example.gov.cn/zerodesk".to_owned(),
            reason_zh: "推送连续多日失败".to_owned(),
            reason_en: "every attempt has failed for days".to_owned(),
            link: link.clone(),
        }),
        Box::new(OfUnreadMails::UnreadMessages {
            count: if passed { 1 } else { 23 },
            unnamed: if passed { 0 } else { 3 },
            lines: format!("- {}：陈国华发来 2 条新消息\n  {LINK}", subject()).into(),
            link: link.clone(),
            account: link.clone(),
        }),
        Box::new(OfConsultations::ConsultationConcluded {
            subject: subject(),
            conclusion: "原因是挤出模具磨损。\n\n1. 更换模具;\n2. 每班首件检验。".into(),
            link: link.clone(),
        }),
        Box::new(OfRemediation::DeadlineNotice {
            statutory: true,
            agreed: false,
            missed: !passed,
            escalated: !passed,
            enterprise: enterprise(),
            product: product(),
            report_no: report_no.clone(),
            what: "- 整改期限2026年3月17日，还有 3 天\n- 复查期限2026年4月1日，还有 18 天".into(),
            link: link.clone(),
        }),
        Box::new(OfRemediation::DeadlineDigest {
            near: 11,
            missed: 2,
            unnamed: if passed { 0 } else { 3 },
            cases: "- 广州明珠电缆有限公司（GD-2021-0317）：整改期限2026年3月17日，还有 3 天".into(),
            link: link.clone(),
        }),
        Box::new(OfRemediation::DeadlineMoved {
            enterprise: enterprise(),
            product: product(),
            report_no: report_no.clone(),
            what: "- 整改期限由2027年2月8日调整为2027年2月12日".into(),
            notices: if passed { "国办发明电〔2026〕9号".to_owned() } else { String::new() },
            link: link.clone(),
        }),
        Box::new(OfRemediation::DeadlinesMoved {
            count: 12,
            unnamed: if passed { 0 } else { 3 },
            cases: "- 广州明珠电缆有限公司（GD-2021-0317）：整改期限由2027年2月8日调整为2027年2月12日".into(),
            notices: if passed { "国办发明电〔2026〕9号".to_owned() } else { String::new() },
            link: link.clone(),
        }),
        Box::new(OfPlans::RoundInvitation {
            enterprise: enterprise(),
            expert: "陈国华".to_owned(),
            title: "高级工程师".to_owned(),
            claimed: passed,
            link: LINK.to_owned(),
        }),
        Box::new(OfPlans::RoundAssignment {
            count: if passed { 2 } else { 502 },
            unnamed: if passed { 0 } else { 500 },
            kept: if passed { 3 } else { 0 },
            enterprises:
                "- 广州明珠电缆有限公司（广州市越秀区）：电线电缆\n- 深圳星光玩具厂（深圳市南山区）：儿童玩具"
                    .into(),
            link: LINK.to_owned(),
        }),
        Box::new(OfPlans::RoundRelease {
            count: if passed { 1 } else { 502 },
            unnamed: if passed { 0 } else { 500 },
            enterprises: "- 广州明珠电缆有限公司".into(),
            link: LINK.to_owned(),
        }),
        Box::new(OfRemediation::ReinspectionRecorded {
            passed,
            report_no: report_no.clone(),
            product: product(),
        }),
        Box::new(OfRemediation::CaseStepRecorded {
            step: "向社会公告".to_owned(),
            day: day("2026-11-22"),
            follows: "公告后须在法定期限内再次复查。".to_owned(),
            report_no: report_no.clone(),
            product: product(),
            link: LINK.to_owned(),
        }),
        Box::new(OfZeroOut::RecordsListed {
            enterprise: enterprise(),
            listed: if passed { 2 } else { 0 },
            ordered: 1,
            link: LINK.to_owned(),
        }),
        Box::new(OfRemediation::ActionsToAnswer {
            actions: "- 纠正：更换铜材（期限：2026年12月15日）\n- 预防：进货逐批检验".into(),
            report_no: report_no.clone(),
            product: product(),
            link: LINK.to_owned(),
        }),
        Box::new(OfRemediation::CasesWithdrawn {
            count: 2,
            unnamed: 0,
            cases: "- 广州明珠电缆有限公司：电线电缆（检验报告编号：GD-2021-0317）".into(),
            reason: "误传了上一版名单".to_owned(),
        }),
        Box::new(OfRemediation::CaseCleared { report_no, product: product() }),
        Box::new(OfPeople::AccountInvitation {
            inviter: "周敏".to_owned(),
            as_zh: "广州市监管人员".to_owned(),
            as_en: "an officer of 广州市".to_owned(),
            link: LINK.to_owned(),
            valid_hours: 168,
        }),
        Box::new(OfPersonalData::PersonalRequestReceived {
            what_zh: "更正个人信息".to_owned(),
            what_en: "correction of personal data".to_owned(),
            due_on: day("2026-03-23"),
            link: LINK.to_owned(),
        }),
        Box::new(OfPersonalData::PersonalRequestDecided {
            what_zh: "删除个人信息".to_owned(),
            what_en: "erasure of personal data".to_owned(),
            granted: passed,
            reason: if passed { "同意。" } else { "案件尚未办结。" }.into(),
            law_zh: "《个人信息保护法》第四十七条：删除".to_owned(),
            law_en: "Personal Information Protection Law art. 47: erasure".to_owned(),
            details_zh: if passed {
                "已删除或以代号替换：账号。\n依法保留：\n- 审计记录：依法留存"
            } else {
                ""
            }
            .into(),
            details_en: if passed {
                "Erased or replaced by a pseudonym: account.\nKept by law:\n- audit: kept"
            } else {
                ""
            }
            .into(),
        }),
        Box::new(OfPersonalData::PersonalCopyReady { expires_at: at, link: LINK.to_owned() }),
        Box::new(OfPersonalData::PersonalRequestDue {
            what_zh: "更正个人信息".to_owned(),
            what_en: "correction of personal data".to_owned(),
            due_on: day("2026-03-23"),
            link: LINK.to_owned(),
        }),
        Box::new(OfKnowledge::ArticleSubmitted {
            title: subject(),
            expert: "陈国华".to_owned(),
            link: LINK.to_owned(),
        }),
        Box::new(OfKnowledge::ArticleReturned {
            title: subject(),
            reason: "请补充所依据标准的条款。".into(),
            link: LINK.to_owned(),
        }),
        Box::new(OfKnowledge::ArticlePublished { title: subject(), link: LINK.to_owned() }),
        Box::new(OfKnowledge::ArticleWithdrawn {
            title: subject(),
            reason: "标准已废止。".into(),
            link: LINK.to_owned(),
        }),
        Box::new(OfCredit::CreditTasks {
            near: 2,
            late: 1,
            unnamed: if passed { 0 } else { 4 },
            lines: "- 广州明珠电缆有限公司：重点监管：现场检查（试行），截止2026年12月1日".into(),
            link: link.clone(),
        }),
        Box::new(OfConduct::ConductNotice {
            behaviour: "监督抽查不合格".to_owned(),
            article: "产品质量法第十五条、第十七条".to_owned(),
            happened_on: day("2026-11-02"),
            document: if passed { "" } else { "粤市监处罚〔2026〕1号" }.to_owned(),
            counts_from: Some(day("2026-12-08")),
            counts_until: day("2028-11-02"),
            link: LINK.to_owned(),
        }),
        Box::new(OfConduct::ConductObjectionDecided {
            behaviour: "监督抽查不合格".to_owned(),
            decision: if passed { "撤销" } else { "维持" }.to_owned(),
            reason: "样品经标称生产者确认。".to_owned(),
            article: "产品质量法第十五条".to_owned(),
            counts_from: (!passed).then(|| day("2026-12-08")),
            counts_until: day("2028-11-02"),
            link: LINK.to_owned(),
        }),
        Box::new(OfConduct::ConductRepairDecided {
            behaviour: "监督抽查不合格".to_owned(),
            granted: passed,
            reason: if passed { "" } else { "整改材料不完整。" }.to_owned(),
            link: LINK.to_owned(),
        }),
        Box::new(OfConduct::ConductChanged {
            behaviour: "监督抽查不合格".to_owned(),
            change: "更正".to_owned(),
            reason: "决定日期登记有误。".to_owned(),
            counts_from: Some(day("2026-12-08")),
            counts_until: day("2028-11-02"),
            link: LINK.to_owned(),
        }),
        Box::new(OfConduct::ConductDecisionAsked {
            enterprise: enterprise(),
            behaviour: "监督抽查不合格".to_owned(),
            objection: passed,
            suspended: passed,
            due_on: Some(day("2026-11-20")),
            link: LINK.to_owned(),
        }),
        Box::new(OfConduct::ConductDecisionOverdue {
            enterprise: enterprise(),
            behaviour: "监督抽查不合格".to_owned(),
            objection: passed,
            due_on: day("2026-11-20"),
            link: LINK.to_owned(),
        }),
        Box::new(OfInspections::InspectionResult {
            number: "GD2026-0317".to_owned(),
            product: product(),
            conforming: passed,
            until: (!passed).then(|| day("2026-12-08")),
            link: LINK.to_owned(),
        }),
        Box::new(OfInspections::ProducerAsked {
            number: "GD2026-0317".to_owned(),
            product: product(),
            operator: "广州佳家商场有限公司".to_owned(),
            until: day("2026-12-08"),
            link: LINK.to_owned(),
        }),
        Box::new(OfInspections::RetestDecided {
            number: "GD2026-0317".to_owned(),
            product: product(),
            decision: if passed {
                "复检合格，原结论更正为合格"
            } else {
                "复检维持原结论"
            }
            .to_owned(),
            link: LINK.to_owned(),
        }),
        Box::new(OfInspections::RetestAssigned {
            number: "GD2026-0317".to_owned(),
            product: product(),
            link: LINK.to_owned(),
        }),
        Box::new(OfInspections::FormalSampleOverdue {
            number: "GD2026-0317".to_owned(),
            product: product(),
            operator: "广州天河加油站".to_owned(),
            due_on: day("2026-12-08"),
            link: LINK.to_owned(),
        }),
        Box::new(OfCrossInspections::CrossAssigned {
            round: "插头插座互检".to_owned(),
            samples: 2,
            due_on: day("2026-12-08"),
            link: LINK.to_owned(),
        }),
        Box::new(OfCrossInspections::CrossResultsDue {
            round: "插头插座互检".to_owned(),
            missing: 1,
            due_on: day("2026-12-08"),
            link: LINK.to_owned(),
        }),
        Box::new(OfCrossInspections::CrossReleased {
            round: "插头插座互检".to_owned(),
            link: LINK.to_owned(),
        }),
        Box::new(OfEngagements::VisitProposed {
            topic: "绝缘厚度整改".to_owned(), link: LINK.to_owned()
        }),
        Box::new(OfEngagements::VisitConfirmed {
            topic: "绝缘厚度整改".to_owned(),
            enterprise: enterprise(),
            when: "2026年11月23日（星期一）09:00（北京时间）".to_owned(),
            place: "广州市天河区科韵路 1 号".to_owned(),
            link: LINK.to_owned(),
        }),
        Box::new(OfEngagements::VisitChanged {
            topic: "绝缘厚度整改".to_owned(),
            enterprise: enterprise(),
            reason: "当日停产。".to_owned(),
            proposed: passed,
            link: LINK.to_owned(),
        }),
        Box::new(OfEngagements::VisitCancelled {
            topic: "绝缘厚度整改".to_owned(),
            enterprise: enterprise(),
            happened: "上门帮扶已取消".to_owned(),
            reason: "企业已自行整改。".to_owned(),
            link: LINK.to_owned(),
        }),
        Box::new(OfEngagements::VisitMinutes {
            topic: "绝缘厚度整改".to_owned(), link: LINK.to_owned()
        }),
        Box::new(OfEngagements::VisitDanger {
            reason: "样机外壳带电，正在出货。".to_owned(),
            article: "《中华人民共和国产品质量法》第十条".to_owned(),
            link: LINK.to_owned(),
        }),
        Box::new(OfEngagements::VisitDangerReported {
            enterprise: enterprise(),
            reason: "样机外壳带电，正在出货。".to_owned(),
            article: "《中华人民共和国产品质量法》第十条".to_owned(),
            link: LINK.to_owned(),
        }),
        Box::new(OfEngagements::VisitTomorrow {
            topic: "绝缘厚度整改".to_owned(),
            enterprise: enterprise(),
            when: "2026年11月23日（星期一）09:00（北京时间）".to_owned(),
            place: "广州市天河区科韵路 1 号".to_owned(),
            link: LINK.to_owned(),
        }),
        Box::new(OfEngagements::CommitmentAsked {
            topic: "质量安全承诺".to_owned(), link: LINK.to_owned()
        }),
        Box::new(OfEngagements::PromiseDue {
            topic: "质量安全承诺".to_owned(),
            promises: "- 2026年12月1日前：更换导体拉丝模具".into(),
            link: LINK.to_owned(),
        }),
        Box::new(OfEngagements::PromiseOverdue {
            topic: "质量安全承诺".to_owned(),
            promises: "- 2026年12月1日前：更换导体拉丝模具".into(),
            link: LINK.to_owned(),
        }),
        Box::new(OfEngagements::CommitmentCancelled {
            topic: "质量安全承诺".to_owned(),
            reason: "案件已撤销。".to_owned(),
            link: LINK.to_owned(),
        }),
        Box::new(OfEngagements::CommitmentSettled {
            topic: "质量安全承诺".to_owned(),
            outcome: if passed { "已履行" } else { "未履行" }.to_owned(),
            reason: "已现场核实。".to_owned(),
            link: LINK.to_owned(),
        }),
        Box::new(OfEngagements::TrainingInvited {
            topic: "电线电缆质量培训".to_owned(),
            begins: "2026年11月23日（星期一）09:00（北京时间）".to_owned(),
            place: "广州市天河区科韵路 1 号".to_owned(),
            link: LINK.to_owned(),
        }),
        Box::new(OfEngagements::TrainingCancelled {
            topic: "电线电缆质量培训".to_owned(),
            reason: "场地维修。".to_owned(),
            link: LINK.to_owned(),
        }),
        Box::new(OfEngagements::TrainingChanged {
            topic: "电线电缆质量培训".to_owned(),
            begins: "2026年11月24日（星期二）09:00（北京时间）".to_owned(),
            place: "广州市黄埔区科学大道 8 号".to_owned(),
            reason: "场地维修。".to_owned(),
            link: LINK.to_owned(),
        }),
        Box::new(OfEngagements::FollowUpAnnounced {
            topic: "清零后 3 个月回访".to_owned(),
            due: day("2026-12-14"),
            link: LINK.to_owned(),
        }),
        Box::new(OfEngagements::FollowUpCancelled {
            topic: "清零后 3 个月回访".to_owned(),
            reason: "企业已停止经营".to_owned(),
            link: LINK.to_owned(),
        }),
        Box::new(OfEngagements::FollowUpCorrected {
            topic: "清零后 3 个月回访".to_owned(),
            result: "状况良好".to_owned(),
            reason: "录入时选错企业。".to_owned(),
            link: LINK.to_owned(),
        }),
        Box::new(OfOversight::OversightIssued {
            title: matter(),
            document: document(),
            due_on: Some(day("2026-12-21")),
            link: LINK.to_owned(),
        }),
        Box::new(OfOversight::OversightInterview {
            title: matter(),
            document: document(),
            meets_on: Some(day("2026-12-08")),
            place: "广东省市场监督管理局".to_owned(),
            invitee: "分管负责人".to_owned(),
            link: LINK.to_owned(),
        }),
        Box::new(OfOversight::OversightMinutes {
            title: matter(),
            due_on: Some(day("2026-12-15")),
            link: LINK.to_owned(),
        }),
        Box::new(OfOversight::OversightListed {
            title: matter(),
            document: document(),
            due_on: Some(day("2027-05-28")),
            report_on: Some(day("2026-12-31")),
            link: LINK.to_owned(),
        }),
        Box::new(OfOversight::OversightReturned {
            title: matter(),
            reason: "请补充整改完成情况。".into(),
            due_on: Some(day("2026-12-28")),
            link: LINK.to_owned(),
        }),
        Box::new(OfOversight::OversightProgress {
            title: matter(),
            step: "摘牌".to_owned(),
            due_on: passed.then(|| day("2026-12-28")),
            link: LINK.to_owned(),
        }),
        Box::new(OfOversight::OversightAnswered {
            title: matter(),
            addressed: "广州市".to_owned(),
            step: "回复".to_owned(),
            link: LINK.to_owned(),
        }),
        Box::new(OfOversight::OversightDueSoon {
            title: matter(),
            due_on: day("2026-12-21"),
            link: LINK.to_owned(),
        }),
        Box::new(OfOversight::OversightOverdue {
            title: matter(),
            addressed: "广州市".to_owned(),
            due_on: day("2026-11-20"),
            link: LINK.to_owned(),
        }),
        Box::new(OfOversight::OversightReportDue {
            title: matter(),
            due_on: day("2026-12-31"),
            link: LINK.to_owned(),
        }),
        Box::new(OfOversight::OversightProposed {
            title: matter(),
            addressed: "广州市".to_owned(),
            link: LINK.to_owned(),
        }),
        Box::new(OfRisk::RiskDigest {
            region: "广东省".to_owned(),
            from: day("2026-11-16"),
            until: day("2026-11-22"),
            risen: "电线电缆，广州市：指数 62，上周 48".into(),
            alerts: if passed { "电线电缆，导体电阻，广州市" } else { "" }.into(),
            letters: if passed { "粤市监质函〔2026〕3号（2026年12月1日到期）" } else { "" }.into(),
            link: LINK.to_owned(),
        }),
        Box::new(OfCampaigns::HazardOrdered {
            item: "导体电阻偏大".to_owned(),
            due_on: day("2026-12-28"),
            link: LINK.to_owned(),
        }),
        Box::new(OfCampaigns::HazardReturned {
            item: "导体电阻偏大".to_owned(),
            reason: "未见更换记录。".to_owned(),
            due_on: day("2026-12-28"),
            link: LINK.to_owned(),
        }),
        Box::new(OfCampaigns::HazardOverdue {
            item: "导体电阻偏大".to_owned(),
            due_on: day("2026-12-28"),
            link: LINK.to_owned(),
        }),
        Box::new(OfVouchers::VoucherWon {
            issue: "水泥检测券".to_owned(),
            amount: "5,000.00".to_owned(),
            until: day("2027-02-28"),
            link: LINK.to_owned(),
        }),
        Box::new(OfVouchers::VoucherRedeemed {
            issue: "水泥检测券".to_owned(),
            amount: "1,200.00".to_owned(),
            rest: "3,800.00".to_owned(),
            link: LINK.to_owned(),
        }),
        Box::new(OfVouchers::VoucherRevoked {
            issue: "水泥检测券".to_owned(),
            amount: "3,800.00".to_owned(),
            reason: "企业已注销。".to_owned(),
            link: LINK.to_owned(),
        }),
        Box::new(OfVouchers::VoucherReversed {
            issue: "水泥检测券".to_owned(),
            amount: "1,200.00".to_owned(),
            rest: "5,000.00".to_owned(),
            reason: "金额登记有误。".to_owned(),
            link: LINK.to_owned(),
        }),
        Box::new(OfVouchers::VoucherIssueGivenUp {
            issue: "水泥检测券".to_owned(),
            reason: "本批次资金未落实。".to_owned(),
            link: LINK.to_owned(),
        }),
        Box::new(OfOnlineSessions::OnlineSessionInvited {
            topic: "导体电阻答疑".to_owned(),
            at: "2026年12月1日 14:00–16:00（北京时间）".to_owned(),
            link: LINK.to_owned(),
        }),
        Box::new(OfOnlineSessions::OnlineSessionChanged {
            topic: "导体电阻答疑".to_owned(),
            at: "2026年12月2日 14:00–16:00（北京时间）".to_owned(),
            link: LINK.to_owned(),
        }),
        Box::new(OfOnlineSessions::OnlineSessionCancelled {
            topic: "导体电阻答疑".to_owned(),
            reason: "专家因故不能出席。".to_owned(),
            link: LINK.to_owned(),
        }),
        Box::new(OfOnlineSessions::OnlineQuestionDecided {
            topic: "导体电阻答疑".to_owned(),
            link: LINK.to_owned(),
        }),
        Box::new(OfPeople::AccountDeactivated { reason: "调离岗位。".into() }),
        Box::new(OfPeople::AccountReactivated { login_link: LINK.to_owned() }),
    ]
}

fn shown(mail: &dyn MailText, name: &str, language: Language) -> String {
    let Rendered { subject, body } = mail.render(name, language).unwrap();
    format!("Subject: {subject}\n\n{body}")
}

#[test]
fn every_mail_of_the_rooms_is_tested_here() {
    let mut declared: Vec<_> = zerodesk::ROOMS.iter().flat_map(|room| room.mails).copied().collect();
    let mut read: Vec<_> = all(true).iter().map(|mail| mail.template()).collect();
    declared.sort_unstable();
    read.sort_unstable();
    assert_eq!(declared, read);
    let names = zerodesk::ROOMS.iter().flat_map(|room| room.mail_names).copied();
    let (named, nameless): (Vec<_>, Vec<_>) = names.partition(|(_, name)| !name.is_empty());
    assert!(nameless.is_empty(), "a fourth text of `mails!` says what it is called: {nameless:?}");
    assert_eq!(named.len(), declared.len(), "a room that has mails says mail_names: Mail::NAMES");
}

#[test]
fn every_mail_is_rendered_in_both_languages() {
    for mail in all(true) {
        for (language, name) in [(Language::Zh, "李明"), (Language::En, "Li Ming")] {
            let snapshot = format!("{}.{}", mail.template(), language.tag());
            insta::assert_snapshot!(snapshot, shown(mail.as_ref(), name, language));
        }
    }
}

/// Whether a text has a day as programs write it, `2026-11-30`.
fn has_iso_day(text: &str) -> bool {
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    shape.contains("0000-00-00")
}

#[test]
fn days_are_written_in_words() {
    assert!(has_iso_day("截止 2026-12-01") && !has_iso_day("GD-2021-0317，2026年12月1日"));
    for mail in all(true).iter().chain(&all(false)) {
        for language in [Language::Zh, Language::En] {
            let text = shown(mail.as_ref(), "李明", language);
            assert!(!has_iso_day(&text), "{}: {text}", mail.template());
        }
    }
    let due = OfCrossInspections::CrossResultsDue {
        round: "2026 年电线互检".to_owned(),
        missing: 3,
        due_on: day("2026-12-08"),
        link: LINK.to_owned(),
    };
    assert!(shown(&due, "李明", Language::Zh).contains("提交期限：2026年12月8日"));
    assert!(shown(&due, "Li Ming", Language::En).contains("Results by: 8 December 2026"));
}

#[test]
fn a_failed_reinspection_says_what_may_not_be_done() {
    let mails = all(false);
    let mail = mails.iter().find(|mail| mail.template() == "reinspection_recorded").unwrap();
    insta::assert_snapshot!("reinspection_failed.zh-CN", shown(mail.as_ref(), "李明", Language::Zh));
    insta::assert_snapshot!("reinspection_failed.en", shown(mail.as_ref(), "Li Ming", Language::En));
}

#[test]
fn a_missed_deadline_is_reported_to_the_level_above() {
    let mails = all(false);
    for mail in mails.iter().filter(|mail| mail.template().starts_with("deadline")) {
        for (language, name) in [(Language::Zh, "李明"), (Language::En, "Li Ming")] {
            let snapshot = format!("{}_missed.{}", mail.template(), language.tag());
            insta::assert_snapshot!(snapshot, shown(mail.as_ref(), name, language));
        }
    }
}

#[test]
fn agreed_deadlines_are_not_called_statutory() {
    for (statutory, missed, word) in
        [(false, false, "near"), (false, true, "missed"), (true, false, "and_law")]
    {
        let mail = OfRemediation::DeadlineNotice {
            statutory,
            agreed: true,
            missed,
            escalated: false,
            enterprise: "广州明珠电缆有限公司".to_owned(),
            product: "铜芯聚氯乙烯绝缘电线".to_owned(),
            report_no: "GD-2021-0317".to_owned(),
            what: "- 整改措施“更换模具”2026年3月16日，还有 2 天".into(),
            link: LINK.to_owned(),
        };
        for (language, name) in [(Language::Zh, "李明"), (Language::En, "Li Ming")] {
            let snapshot = format!("action_notice_{word}.{}", language.tag());
            insta::assert_snapshot!(snapshot, shown(&mail, name, language));
        }
    }
}

#[test]
fn more_consultations_than_a_mail_names_are_counted() {
    let mails = all(false);
    let mail = mails.iter().find(|mail| mail.template() == "unread_messages").unwrap();
    insta::assert_snapshot!("unread_messages_more.zh-CN", shown(mail.as_ref(), "李明", Language::Zh));
    insta::assert_snapshot!("unread_messages_more.en", shown(mail.as_ref(), "Li Ming", Language::En));
}

#[test]
fn enterprises_without_an_account_are_invited_to_claim_it() {
    let mails = all(false);
    let mail = mails.iter().find(|mail| mail.template() == "round_invitation").unwrap();
    insta::assert_snapshot!("round_invitation_unclaimed.zh-CN", shown(mail.as_ref(), "", Language::Zh));
    insta::assert_snapshot!("round_invitation_unclaimed.en", shown(mail.as_ref(), "", Language::En));
}

#[test]
fn the_other_reasons_for_a_reassignment() {
    for word in ["consultation_reassigned", "consultation_withdrawn", "consultation_closed"] {
        let mails = all(false);
        let mail = mails.iter().find(|mail| mail.template() == word).unwrap();
        insta::assert_snapshot!(format!("{word}_other.zh-CN"), shown(mail.as_ref(), "李明", Language::Zh));
        insta::assert_snapshot!(format!("{word}_other.en"), shown(mail.as_ref(), "Li Ming", Language::En));
    }
}

#[test]
fn without_a_name_the_greeting_is_impersonal() {
    let mail = OfConsultations::ConsultationWaiting { subject: "x".to_owned() };
    assert!(mail.render("", Language::Zh).unwrap().body.starts_with("您好！\n\n"));
    assert!(mail.render(" \n", Language::En).unwrap().body.starts_with("Hello,\n\n"));
}

#[test]
fn values_cannot_inject_headers_or_lines() {
    let evil = "绝缘\r\nBcc: a@b.cn\u{2028}\u{85}\0\t 尾".to_owned();
    let mail = OfConsultations::ConsultationConcluded {
        subject: evil.clone(),
        conclusion: "一\r\n二\u{7}\n\n三 ".into(),
        link: LINK.to_owned(),
    };
    let rendered = mail.render(&evil, Language::Zh).unwrap();
    assert_eq!(rendered.subject, "问诊已办结：绝缘 Bcc: a@b.cn 尾");
    assert!(rendered.body.starts_with("绝缘 Bcc: a@b.cn 尾，您好！\n\n您的问诊“绝缘 Bcc: a@b.cn 尾”"));
    assert!(rendered.body.contains("\n\n一\n二\n\n三\n\n"), "prose keeps its lines: {}", rendered.body);
    assert!(!rendered.body.contains(|c: char| c.is_control() && c != '\n'));
}

#[test]
fn text_is_not_escaped_as_if_it_were_html() {
    let mail =
        OfEnterprises::RegistrationRejected { asked: Utc::now(), reason: "<A> & \"B\" {{ x }}".into() };
    assert!(mail.render("O'Neill", Language::En).unwrap().body.contains("<A> & \"B\" {{ x }}"));
}

#[test]
fn debug_output_of_a_mail_hides_links() {
    for mail in all(true) {
        assert_eq!(format!("{mail:?}"), format!("Mail({})", mail.template()));
    }
}

#[test]
fn times_are_shown_in_shanghai_time() {
    // The day changes between UTC and Shanghai.
    let at = Utc.with_ymd_and_hms(2026, 10, 31, 16, 5, 0).unwrap();
    assert_eq!(moment_zh(&at), "2026年11月1日（星期日）00:05（北京时间）");
    assert_eq!(moment_en(&at), "Sunday, 1 November 2026, 00:05 (China Standard Time, UTC+8)");
}
