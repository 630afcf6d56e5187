//! The search over messages at scale: how long an answer takes, for words that are everywhere and words that are rare, for who sees much
//! and who sees little, beside a plain look through the same rows.

use crate::latencies::quantile_ms;
use crate::output::{median, print, progress};
use crate::socket::failed;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types;
use std::time::{Duration, Instant};
use uuid::Uuid;
use zerodesk::app::App;
use zerodesk::cli::CliError;
use zerodesk::core::Language;
use zerodesk::core::actor::{Actor, Person, Proof, Scope};
use zerodesk::core::ids::{AccountId, EnterpriseId, ExpertId, SessionId};
use zerodesk::core::page::Slice;
use zerodesk::core::search::SearchTerms;
use zerodesk::search::index::Indexer;
use zerodesk::search::messages::find;

/// Messages, unless ZERODESK_BENCH_MESSAGES says another number.
const MESSAGES: i64 = 10_000_000;
/// Messages of a consultation.
const EACH: i64 = 100;
/// Rounds of all questions.
const ROUNDS: usize = 5;
/// Hits of an answer.
const HITS: i64 = 5;

/// Five consultations to an enterprise, fifty to an expert, in the districts of all provinces. Triggers are off: it is the search that is
/// measured.
const PEOPLE: &str = "BEGIN; SET LOCAL session_replication_role = replica; SET LOCAL statement_timeout = 0;
    CREATE TEMPORARY TABLE district AS
    SELECT code, row_number() OVER (ORDER BY (code LIKE '44%') DESC, code) - 1 AS n FROM region WHERE level = 'district';
    INSERT INTO enterprise (id, uscc, name, operating_status, region, created_at, updated_at)
    SELECT ('00000000-0003-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, lpad(n::text, 18, '0'), '第' || n || '电线电缆有限公司', 'operating',
           d.code, now(), now()
    FROM generate_series(0, $CONSULTATIONS / 5) AS n JOIN district d ON d.n = n % (SELECT count(*) FROM district);
    INSERT INTO expert (id, name, title, email, languages, capacity, vetting, applied_at, updated_at)
    SELECT ('00000000-0004-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, '专家' || n, '高级工程师', 'expert@bench.example', '{zh-CN}', 10,
           'approved', now(), now() FROM generate_series(0, $CONSULTATIONS / 50) AS n;
    INSERT INTO account (id, username, password_hash, role, name, language, enterprise_id, expert_id, active, created_at)
    SELECT ('00000000-0005-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'bench-enterprise-' || n, '-', 'enterprise', '企业人员' || n, 'zh-CN',
           ('00000000-0003-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, NULL, true, now() FROM generate_series(0, $CONSULTATIONS / 5) AS n
    UNION ALL
    SELECT ('00000000-0006-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'bench-expert-' || n, '-', 'expert', '专家' || n, 'zh-CN', NULL,
           ('00000000-0004-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, true, now() FROM generate_series(0, $CONSULTATIONS / 50) AS n;
    INSERT INTO consultation (id, enterprise_id, product_kind, subject, question, status, expert_id, accepted_at, opened_by, opened_at,
                              updated_at, region)
    SELECT ('00000000-0007-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, ('00000000-0003-7000-8000-' || lpad(to_hex(n % ($CONSULTATIONS / 5)), 12, '0'))::uuid,
           (SELECT code FROM product_kind ORDER BY code LIMIT 1), '绝缘电阻不合格', '如何整改?', 'active',
           ('00000000-0004-7000-8000-' || lpad(to_hex(n % ($CONSULTATIONS / 50)), 12, '0'))::uuid, now(),
           ('00000000-0005-7000-8000-' || lpad(to_hex(n % ($CONSULTATIONS / 5)), 12, '0'))::uuid, now(), now(), e.region
    FROM generate_series(0, $CONSULTATIONS - 1) AS n
    JOIN enterprise e ON e.id = ('00000000-0003-7000-8000-' || lpad(to_hex(n % ($CONSULTATIONS / 5)), 12, '0'))::uuid;
    INSERT INTO consultation_participant (consultation_id, account_id, role, lead, joined_at)
    SELECT c.id, a.id, 'expert', true, now() FROM consultation c JOIN account a ON a.expert_id = c.expert_id
    UNION ALL SELECT c.id, a.id, 'enterprise', false, now() FROM consultation c JOIN account a ON a.enterprise_id = c.enterprise_id;
    INSERT INTO chat_stream (consultation_id, stream, last_seq)
    SELECT id, 'talk', $EACH FROM consultation UNION ALL SELECT id, 'notes', 0 FROM consultation;
    COMMIT; DROP TABLE district;
    ANALYZE enterprise, expert, account, consultation, consultation_participant, chat_stream";

/// Some consultations' messages: two or three parts of sentences out of many, a number, and now and then something rare.
const SAY: &str = "
    WITH part AS (SELECT ARRAY['您好，','请问','我们厂','上次抽检','这批产品','检测报告','绝缘电阻','绝缘厚度','导体电阻','标志不清','复查申请','整改措施',
        '已经更换供应商','原材料进厂检验','请上传照片','收到，谢谢','明天到现场','生产线已停','按照国家标准','第三方检验机构','不合格项目','抗张强度',
        '老化试验','护套偏心','烘箱温度','作业指导书','首件检验','过程控制','出厂检验记录','计量器具校准','培训员工','召回通知','库存产品封存',
        '铜杆纯度','挤出机','交联度','耐压试验','火花试验','印字内容','包装标识','请尽快回复','好的','没问题','再确认一下','什么时候完成','费用由谁承担',
        '建议先停产','报告编号','送样检验','检验周期','合格证','生产许可证','认证证书','质量负责人','车间主任','技术参数','工艺卡','不符合要求',
        '符合标准','已完成整改'] AS p)
    INSERT INTO chat_message (consultation_id, stream, seq, sender_id, client_id, kind, body, sent_at)
    SELECT ('00000000-0007-7000-8000-' || lpad(to_hex(c), 12, '0'))::uuid, 'talk', m,
           ('00000000-0005-7000-8000-' || lpad(to_hex(c % ($CONSULTATIONS / 5)), 12, '0'))::uuid,
           ('00000000-0008-7000-8000-' || lpad(to_hex(c * $EACH + m), 12, '0'))::uuid, 'text',
           p[1 + (r * 60)::int % 60] || p[1 + (r * 3600)::int % 60] || '，' || p[1 + (r * 216000)::int % 60]
           || (r * 89999 + 10000)::int || CASE WHEN (c * $EACH + m) % 100003 = 7 THEN '铬含量超标' ELSE '' END || '。',
           now() - interval '1 second' * ($CONSULTATIONS - c)
    FROM part, generate_series($FROM, $TO) AS c, generate_series(1, $EACH) AS m, LATERAL (SELECT random() + 0 * m AS r) AS random";

/// What is typed: its name among the figures, and the words.
const TYPED: [(&str, &str); 6] = [
    ("common", "绝缘"),
    ("rare", "铬含量"),
    ("two_words", "绝缘厚度 供应商"),
    ("phrase", "检测报告绝缘电阻"),
    ("number", "45678"),
    ("none", "阻燃剂"),
];

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = sql_types::BigInt)]
    number: i64,
}

fn person(part: &str, scope: Scope) -> Result<Actor, CliError> {
    let account =
        AccountId(format!("00000000-{part}-7000-8000-000000000007").parse::<Uuid>().map_err(failed)?);
    let (session, name, language, proof) = (SessionId::new(), String::new(), Language::Zh, Proof::default());
    Ok(Actor::Person(Person { account, session, name, language, scope, proof }))
}

/// Prints how long it takes to fill the index, and for each question and each kind of reader the median and the 99th percentile of the
/// time of an answer, `search_p99_ms` of all of them, and beside it how long a plain look through the rows takes.
///
/// `app` uses a database of its own, migrated and with the reference data.
pub(crate) fn bench_search(app: &App) -> Result<(), CliError> {
    let messages: i64 =
        std::env::var("ZERODESK_BENCH_MESSAGES").ok().and_then(|n| n.parse().ok()).unwrap_or(MESSAGES);
    let consultations = messages / EACH;
    let filled = |sql: &str| {
        sql.replace("$CONSULTATIONS", &consultations.to_string()).replace("$EACH", &EACH.to_string())
    };
    progress(format!("writes {messages} messages of {consultations} consultations"));
    let began = Instant::now();
    let conn = &mut *app.conn()?;
    conn.batch_execute(&filled(PEOPLE)).map_err(failed)?;
    conn.batch_execute("SET statement_timeout = 0").map_err(failed)?;
    let some = 10_000;
    for from in (0..consultations).step_by(some) {
        let to = (from + i64::try_from(some).unwrap_or(i64::MAX)).min(consultations) - 1;
        let sql = filled(SAY).replace("$FROM", &from.to_string()).replace("$TO", &to.to_string());
        conn.batch_execute(&sql).map_err(failed)?;
    }
    conn.batch_execute("VACUUM ANALYZE chat_message").map_err(failed)?;
    print("search_written_seconds", began.elapsed().as_secs_f64(), "s");
    progress("fills the index");
    let began = Instant::now();
    let mut indexer = Indexer::default();
    while indexer.round(app)? {}
    let seconds = began.elapsed().as_secs_f64();
    conn.batch_execute("VACUUM ANALYZE search_posting, search_run, search_recent").map_err(failed)?;
    print("search_index_seconds", seconds, "s");
    #[expect(clippy::cast_precision_loss, reason = "a figure")]
    print("search_index_messages_per_second", messages as f64 / seconds, "1/s");
    let size = "SELECT (pg_total_relation_size('search_posting') + pg_total_relation_size('search_run')
        + pg_total_relation_size('search_recent')) / 1048576 AS number";
    let size: Number = diesel::sql_query(size).get_result(conn).map_err(failed)?;
    #[expect(clippy::cast_precision_loss, reason = "a figure")]
    print("search_index_mib", size.number as f64, "MiB");
    let id = |part: &str| format!("00000000-{part}-7000-8000-000000000007").parse::<Uuid>().map_err(failed);
    let readers = [
        ("province", person("0009", Scope::Admin("440000".to_owned()))?),
        ("district", person("0009", Scope::Admin("440103".to_owned()))?),
        ("expert", person("0006", Scope::Expert(ExpertId(id("0004")?)))?),
        ("enterprise", person("0005", Scope::Enterprise(EnterpriseId(id("0003")?)))?),
    ];
    let mut all: Vec<Vec<Duration>> = vec![Vec::new(); TYPED.len() * readers.len()];
    for _ in 0..ROUNDS {
        for (n, (_, words)) in TYPED.iter().enumerate() {
            for (k, (_, actor)) in readers.iter().enumerate() {
                let Some(typed) = SearchTerms::of(Some(words)) else { continue };
                for _ in 0..20 {
                    let began = Instant::now();
                    let slice = Slice { limit: HITS, ..Slice::default() };
                    find(app, conn, actor, &typed, slice, Language::Zh)?;
                    if let Some(times) = all.get_mut(n * readers.len() + k) {
                        times.push(began.elapsed());
                    }
                }
            }
        }
    }
    let mut together: Vec<Duration> = Vec::new();
    for (n, (name, _)) in TYPED.iter().enumerate() {
        for (k, (reader, _)) in readers.iter().enumerate() {
            let Some(times) = all.get_mut(n * readers.len() + k) else { continue };
            times.sort_unstable();
            print(&format!("search_{name}_{reader}_p50_ms"), quantile_ms(times, 0.5), "ms");
            print(&format!("search_{name}_{reader}_p99_ms"), quantile_ms(times, 0.99), "ms");
            together.extend(times.iter());
        }
    }
    together.sort_unstable();
    print("search_p99_ms", quantile_ms(&together, 0.99), "ms");
    let mut plain = Vec::new();
    for (name, words) in TYPED {
        let like: Vec<String> = words.split(' ').map(|word| format!("body ILIKE '%{word}%'")).collect();
        let began = Instant::now();
        let sql = format!(
            "SELECT seq AS number FROM chat_message WHERE {} ORDER BY sent_at DESC LIMIT {HITS}",
            like.join(" AND ")
        );
        diesel::sql_query(sql).load::<Number>(conn).map_err(failed)?;
        let took = began.elapsed().as_secs_f64() * 1e3;
        print(&format!("search_plain_{name}_ms"), took, "ms");
        plain.push(took);
    }
    print("search_plain_vs_index", median(plain) / quantile_ms(&together, 0.5), "x");
    Ok(())
}
