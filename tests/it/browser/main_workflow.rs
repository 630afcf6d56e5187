//! The main workflow, carried out by three people in three browsers at once: from the zero-out list to a cleared enterprise. On the way
//! a page is loaded again, the server is killed, and a session ends; nothing that was typed is lost and nothing comes twice.

use chrono::{DateTime, Duration, Utc};
use zerodesk::core::clock::shanghai_date;
use zerodesk::zero_out::import::Column;

use super::crawl::pages;
use crate::support::browser::{Browser, Chromium};
use crate::support::csv::{A, B, file, row};
use crate::support::people::{PASSWORD, link};
use crate::support::{Program, ReservedPort, TestApp};

const FACTORY: &str = "quality@mingzhu.example";
const EXPERT: &str = "chen@hospital.example";
const DRAFT: &str = "消息|写给专家|写给企业|内部备注（企业不可见）";
const SUBJECT: &str = "横肋间距不合格";

/// A list whose first enterprise was ordered to correct a week ago.
fn list(now: DateTime<Utc>) -> Vec<u8> {
    let day = |ago: i64| shanghai_date(now - Duration::days(ago)).to_string();
    file(&[
        row(&[
            (Column::Name, "广州明珠钢铁有限公司"),
            (Column::ContactEmail, FACTORY),
            (Column::InspectedOn, &day(20)),
            (Column::OrderIssuedOn, &day(7)),
        ]),
        row(&[
            (Column::Uscc, B),
            (Column::Name, "乙公司"),
            (Column::ReportNo, "R2"),
            (Column::InspectedOn, &day(20)),
            (Column::OrderIssuedOn, ""),
        ]),
        row(&[(Column::Uscc, "9144030071526726XH"), (Column::Name, "写错代码的公司")]),
    ])
}

/// A page, or the first page as long as what it holds is still shown.
fn expect_page(page: &'static str) -> &'static str {
    if pages().contains(page) { page } else { "/" }
}

/// The officer imports the list and sees what came of it.
fn import(officer: &Browser, list: &std::path::Path) {
    officer.open(expect_page("/imports"));
    officer.attach("文件", list);
    officer.click("button", "检查文件|导入");
    if pages().contains("/imports") {
        officer.sees("尚未写入");
        officer.click("button", "确认导入");
        officer.sees("查看导入的记录");
        officer.open("/imports");
    }
    officer.sees("新增 2");
    officer.sees("拒绝 1");
}

/// What the officer's desk gives as the zero-out rate.
fn zero_out_rate(officer: &Browser) -> String {
    officer.open("/");
    officer.sees("清零率");
    let text = officer.text();
    let figure = text.split_whitespace().find(|word| word.ends_with('%'));
    figure.unwrap_or_else(|| panic!("no rate in {text}")).to_owned()
}

/// The enterprise claims its account by the link that comes by mail.
fn claim(factory: &Browser, app: &TestApp) {
    factory.open("/");
    factory.click("link", "认领企业账号");
    factory.fill("统一社会信用代码", A);
    factory.fill("联系人姓名", "李质量");
    factory.click("button", "提交认领");
    factory.sees("链接已发往登记邮箱");
    let token = link(&app.mail(FACTORY, "#token=")).unwrap();
    factory.open(&format!("/claim#token={token}"));
    factory.sees("李质量");
    factory.fill("您的姓名", "李质量");
    factory.fill("用户名", "mingzhu");
    factory.fill("密码", PASSWORD);
    factory.click("button", "确认并开通账号");
    factory.sees("账号已开通");
    assert!(!factory.script("return location.href", vec![]).as_str().unwrap().contains(&token));
    factory.log_in("mingzhu");
    factory.sees("广州明珠钢铁有限公司");
}

/// The expert applies; the officer approves; the answer comes by mail.
fn vet(expert: &Browser, officer: &Browser, app: &TestApp) {
    expert.open("/apply");
    expert.fill("姓名", "陈工");
    expert.fill("职称", "正高级工程师");
    expert.fill("邮箱", EXPERT);
    expert.choose("产品种类 1", "热轧带肋钢筋");
    expert.choose("服务地区", "广州市");
    expert.click("button", "提交申请");
    expert.sees("请查收邮件");
    let token = link(&app.mail(EXPERT, "#token=")).unwrap();
    expert.open(&format!("/apply/confirm#token={token}"));
    expert.sees("陈工");
    expert.fill("用户名", "chen");
    expert.fill("密码", PASSWORD);
    expert.click("button", "确认并提交审核");
    expert.sees("申请已提交");
    officer.open(expect_page("/vetting"));
    officer.within("article", "陈工").click("button", "通过|通过…");
    if pages().contains("/vetting") {
        officer.within("dialog", "陈工").click("button", "通过");
    }
    app.mail(EXPERT, "您的专家申请已通过");
    expert.log_in("chen");
    expert.sees("专家工作台");
    expert.sees("暂无派单");
}

/// The enterprise asks. What it has typed outlives a reload. The expert, who is there, is offered it and accepts. Gives its path.
fn consult(factory: &Browser, expert: &Browser) -> String {
    let asks = || match expect_page("/ask") {
        "/" => factory.unfold("向专家问诊"),
        page => factory.open(page),
    };
    asks();
    factory.fill("主题", SUBJECT);
    factory.fill("问题描述", "复验时横肋间距偏大,");
    factory.reload();
    asks();
    assert_eq!(factory.value("主题"), SUBJECT);
    factory.within("main", "").type_on("问题描述", "请问如何整改?");
    assert_eq!(factory.value("问题描述"), "复验时横肋间距偏大,请问如何整改?");
    factory.click("button", "发起问诊");
    factory.is_at("/consultations/");
    // The offer comes by itself.
    expert.sees(SUBJECT);
    expert.click("link", SUBJECT);
    expert.is_at("/consultations/");
    expert.sees("请问如何整改?");
    expert.click("button", "接诊");
    expert.sees("问诊中");
    factory.path()
}

fn say(who: &Browser, text: &str) {
    who.fill(DRAFT, text);
    who.click("button", "发送|记入备注");
}

/// How often a text is in the talk.
fn count_in_talk(who: &Browser, text: &str) -> usize {
    // Of the talk alone: the list beside it shows the newest message as well.
    let said = who.script(
        "return [...document.querySelectorAll('.messages')].map((e) => e.innerText).join('\\n')",
        vec![],
    );
    said.as_str().unwrap_or_default().matches(text).count()
}

/// Both talk. A page is loaded again with something written in it; the server is killed while something is sent.
fn talk(
    factory: &mut Browser,
    expert: &mut Browser,
    program: Program,
    port: &ReservedPort,
    app: &TestApp,
) -> TestApp {
    say(factory, "间距比标准大 0.4 毫米");
    expert.sees("间距比标准大 0.4 毫米");
    say(expert, "请看一下轧辊的磨损记录");
    factory.sees("请看一下轧辊的磨损记录");

    factory.fill(DRAFT, "写到一半的话");
    factory.reload();
    assert_eq!(factory.value(DRAFT), "写到一半的话");
    factory.sees("间距比标准大 0.4 毫米");
    factory.click("button", "发送");
    expert.sees("写到一半的话");

    // The server is killed while one message is being sent and another one is being written.
    for browser in [&mut *factory, &mut *expert] {
        browser.expects("ERR_CONNECTION_REFUSED");
        browser.expects("WebSocket connection to");
        browser.expects("ERR_CONNECTION_RESET");
    }
    say(factory, "轧辊已经用了三个月");
    program.kill();
    factory.sees("正在重新连接");
    say(factory, "磨损超过 1 毫米");
    factory.sees("未发送");
    factory.fill(DRAFT, "还没有写完");
    app.clock.set(Utc::now());
    let again = app.another().port(port).start();
    factory.sees_no("未发送");
    factory.sees_no("正在重新连接");
    expert.sees("磨损超过 1 毫米");
    assert_eq!(factory.value(DRAFT), "还没有写完");
    for browser in [&mut *factory, &mut *expert] {
        browser.expects_no_more();
        for text in ["轧辊已经用了三个月", "磨损超过 1 毫米"] {
            assert_eq!(count_in_talk(browser, text), 1, "{text} came once");
        }
        browser.reload();
        browser.sees("磨损超过 1 毫米");
        for text in ["轧辊已经用了三个月", "磨损超过 1 毫米"] {
            assert_eq!(count_in_talk(browser, text), 1, "{text} is there once");
        }
    }
    assert_eq!(factory.value(DRAFT), "还没有写完");
    again
}

/// Notes stay among the experts.
fn note(expert: &Browser, factory: &Browser) {
    expert.click("tab", "内部备注");
    say(expert, "怀疑是轧辊的问题");
    expert.sees("怀疑是轧辊的问题");
    expert.click("tab", "对话");
    say(expert, "我给出整改意见");
    factory.sees("我给出整改意见");
    assert_eq!(count_in_talk(factory, "怀疑是轧辊"), 0);
}

/// The expert gives advice and concludes.
fn advise(expert: &Browser, factory: &Browser) {
    expert.unfold("给出整改意见");
    let first = expert.within("group", "措施 1");
    first.choose("类型", "纠正");
    first.fill("措施|做什么", "更换轧辊并复核孔型");
    expert.click("button", "发出意见");
    factory.sees("更换轧辊并复核孔型");
    expert.click("link", "办结问诊");
    expert.fill("结论", "更换轧辊后申请复查。");
    expert.click("button", "办结");
    expert.within("dialog", "办结问诊").click("button", "确认");
    expert.sees("已办结");
    factory.reload();
    factory.sees("更换轧辊后申请复查。");
    // Both find what was said where they talked, to keep.
    for who in [expert, factory] {
        let read = "const link = [...document.querySelectorAll('.talk-head a')].find((a) => a.textContent.includes('问诊记录'));
            const done = arguments[arguments.length - 1];
            fetch(link.href).then((answer) => answer.text()).then(done, done)";
        let transcript = who.script_async(read, vec![]);
        assert!(transcript.as_str().unwrap().contains("更换轧辊并复核孔型"), "{transcript}");
        who.sees("下载问诊记录");
    }
}

/// The enterprise rates, accepts the action, and proves it; its session ends while it writes.
fn correct(factory: &mut Browser, app: &TestApp) -> String {
    factory.click("field", "5");
    factory.fill("意见", "很有帮助");
    factory.click("button", "提交评价");
    factory.sees("很有帮助");
    factory.click("link", "整改案件");
    factory.is_at("/cases/");
    let case = factory.path();
    factory.click("button", "接受|接受该措施");
    factory.sees("已接受");
    // Said once the page has come anew.
    factory.sees("操作成功");
    step(factory, "开始整改");
    factory.sees("整改中");

    factory.fill("证据说明", "更换后的轧辊照片与");
    // A month later nobody is logged in any more.
    app.clock.advance(Duration::days(31));
    factory.expects("401");
    factory.within("main", "").type_on("证据说明", "复检报告");
    factory.click("button", "登记证据|提交证据");
    factory.sees("登录已失效");
    assert_eq!(factory.value("证据说明"), "更换后的轧辊照片与复检报告");
    factory.within("status", "登录已失效").click("link", "登录");
    factory.is_at("/login");
    factory.give_name_and_password("mingzhu");
    factory.is_at(&case);
    factory.expects_no_more();
    assert_eq!(factory.value("证据说明"), "更换后的轧辊照片与复检报告");
    factory.click("button", "登记证据|提交证据");
    factory.sees("更换后的轧辊照片与复检报告");
    factory.unfold("完成|登记完成");
    factory.fill("完成情况", "新轧辊的检验报告与照片");
    factory.click("button", "登记完成");
    // Not "已完成", which the criteria say, too.
    factory.sees_no("已接受");
    step(factory, "提交整改证据");
    factory.sees("已提交整改证据");
    case
}

/// Takes a step of the case with the document that it is based on, which the history gives back.
fn step_on_document(who: &Browser, title: &str, document: &std::path::Path) {
    let steps = who.within("region", "当前可办理事项");
    steps.unfold(title);
    steps.attach("选择照片或文件", document);
    steps.click("button", title);
    who.within("dialog", title).click("button", "确认");
    let name = document.file_name().unwrap().to_str().unwrap();
    let kept = "return [...document.querySelectorAll('.history a[href^=\"/api/v1/attachments/\"]')].map((a) => a.textContent)";
    who.until("!document.querySelector('.file-list > li') && document.querySelector('.history .pieces')");
    assert_eq!(who.script(kept, vec![]), serde_json::json!([name]));
}

/// Takes a step of the case.
fn step(who: &Browser, title: &str) {
    let steps = who.within("region", "当前可办理事项");
    steps.unfold(title);
    steps.click("button", title);
    // What follows is told first.
    who.within("dialog", title).click("button", "确认");
}

#[test]
fn three_people_take_a_case_from_the_list_to_clearance() {
    let now = Utc::now();
    let mut app = TestApp::builder().at(&now.to_rfc3339()).start();
    app.admin("officer-gz", "440100");
    app.admin("reviewer-gz", "440100");
    app.stop();
    let smtp = app.smtp.port().to_string();
    let mail = [
        ("ZERODESK_MAIL__TRANSPORT", "smtp"),
        ("ZERODESK_MAIL__SMTP_HOST", "127.0.0.1"),
        ("ZERODESK_MAIL__SMTP_PORT", &smtp),
        ("ZERODESK_MAIL__SMTP_TLS", "none"),
    ];
    let port = ReservedPort::new();
    let program = Program::start(&app.database_url(), port.number(), &mail);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("清零名单.csv");
    std::fs::write(&path, list(now)).unwrap();

    let chromium = Chromium::start();
    let [officer, mut factory, mut expert] =
        ["officer", "factory", "expert"].map(|who| chromium.browser(who, &program.url));
    officer.log_in("officer-gz");
    import(&officer, &path);
    assert_eq!(zero_out_rate(&officer), "0.0%");
    claim(&factory, &app);
    vet(&expert, &officer, &app);
    consult(&factory, &expert);
    let app = talk(&mut factory, &mut expert, program, &port, &app);
    note(&expert, &factory);
    advise(&expert, &factory);
    // The expert's page stays open while a month passes; what changes then finds its session ended.
    expert.expects("401");
    let case = correct(&mut factory, &app);

    // The officer finds the case, and may re-inspect, but not clear what they inspected.
    officer.open(&case);
    officer.is_at("/login");
    officer.give_name_and_password("officer-gz");
    officer.is_at(&case);
    let report = folder.path().join("复查检验报告.pdf");
    std::fs::write(&report, b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n").unwrap();
    step_on_document(&officer, "复查合格", &report);
    officer.sees("复查合格");
    drop(officer);
    let reviewer = chromium.browser("reviewer", &app.url);
    reviewer.log_in("reviewer-gz");
    reviewer.open(&case);
    step(&reviewer, "准予清零");
    reviewer.sees("已清零");
    assert_eq!(zero_out_rate(&reviewer), "50.0%", "the rate has moved");
    factory.reload();
    factory.sees("已清零");
    for (to, word) in [(EXPERT, SUBJECT), (FACTORY, "更换轧辊后申请复查。"), (FACTORY, "已清零")]
    {
        app.mail(to, word);
    }
    // Before their server, whose end their consoles would tell.
    drop((factory, expert, reviewer));
}
