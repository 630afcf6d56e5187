//! ZeroDesk: the backend of an expert help-desk for product quality.
//!
//! The map, the lowest first. Each module imports only modules listed before it; a domain is one folder with its
//! commands, queries, rules, pages, HTTP handlers and SQL, declared once by its `Room`. The modules stand in several crates, whose roots are
//! the files `lib_*.rs` beside this one; this crate has all of them by the same paths.
//!
//! - [`core`]: who acts, the clock, problems, pages of lists, words
//! - [`settings`]: what the operator decides
//! - [`outgoing`]: calls of other people's servers: which addresses, the client, the pauses
//! - [`catalogue`]: regions, products, the calendar of working days
//! - [`db`]: the pool, the transaction of a command, migrations, the private PostgreSQL
//! - [`app`], [`jobs`]: [`app::App::execute`], which runs every command; the threads that work in the background
//! - [`web`]: the kit of the HTTP server and its pages, and what a domain declares: [`web::room::Room`]
//! - [`exports`]: lists as workbooks and CSV files
//! - [`list_files`]: files with lists that offices send in: readers, headings, cells, rejected rows, templates
//! - [`notifications`]: mail, by an outbox
//! - [`accounts`]: users, roles, passwords, sessions
//! - [`audit`]: reading what was done
//! - [`presence`]: who is connected, and whether experts are available
//! - [`enterprises`]: enterprises, their nonconformities, claims of their accounts
//! - [`attachments`]: uploaded files, in a folder or an S3 store
//! - [`experts`]: applications, vetting, specialties, duty, conflicts of interest
//! - [`matching`]: which expert for which need
//! - [`chat`]: messages that are never lost, duplicated or reordered
//! - [`consultations`]: a request for advice, from its opening to its conclusion
//! - [`remediation`]: the statutory course of a case, advice, clearance
//! - [`zero_out`]: the lists that offices send in, and the zero-out list as people see it
//! - [`plans`]: who consults whom in the rounds, for all enterprises of a region at once
//! - [`programmes`]: plans of sampling with targets, draws that anybody can repeat, laboratories, regimes of product kinds
//! - [`people`]: officers, experts and the people of enterprises: invited, changed, deactivated
//! - [`signals`]: pieces of information on danger (风险信息): entered, matched, near-doubles merged, triaged
//! - [`inspections`]: products looked at once at one operator, from the draw to the final result and what it causes
//! - [`label_checks`]: labels checked by checklists, devices of quick tests
//! - [`cross_inspections`]: enterprises test each other's products in rounds; what is found stays in the group
//! - [`recordings`]: films of samplings in hash chains, and in whose hands a sample is
//! - [`sampling_lists`]: lists of sampled products that offices publish and systems export, brought in as inspections
//! - [`conduct`]: credit conduct: facts for or against a product or an operator, their due process, scores and grades as pure functions
//! - [`credit`]: grades of operators kept, listed, turned into tasks; statements, honour lists, other rules tried on the past
//! - [`penalty_lists`]: administrative penalties that authorities publish, brought in as conduct
//! - [`conduct_sources`]: conduct out of what is known of inspections and cases
//! - [`engagements`]: dated contacts that help enterprises: visits with slots, minutes and findings that stay advice; calendar feeds
//! - [`rounds`]: cohorts of circuit consultation, their stages by evidence, rounds with routes, what help came to
//! - [`online_sessions`]: experts answer enterprises of a kind of product together, at a time and on line
//! - [`vouchers`]: testing vouchers drawn by lottery, redeemed at product hospitals, accounted to the cent
//! - [`campaigns`]: special campaigns and outreach: registers, checks, the ledger of hazards
//! - [`risk`]: assessments of risk, the index of risk by kind and region, quality alerts
//! - [`withdrawals`]: imports taken back as a whole, or what stands on their rows
//! - [`response_targets`]: how soon enterprises are to be answered
//! - [`consultation_tags`]: tags that officers keep for their regions, and on which consultations they are
//! - [`saved_filters`]: filters of lists that people save under a name
//! - [`canned_replies`]: texts with placeholders that experts and officers use again and again
//! - [`unread_mails`]: mails about messages that who is away has not read
//! - [`web_push`]: browsers show that messages are unread, by Web Push
//! - [`api_keys`]: programs of other systems, which act within the scopes of their keys
//! - [`webhooks`]: other systems are told of events, by signed calls
//! - [`search`]: one search over everything that a person may see, and the index of messages
//! - [`knowledge`]: articles made of concluded consultations, stripped of names, and what is like a question
//! - [`retention`]: how long data are kept: what goes after its period, and what a legal hold keeps
//! - [`personal_data`]: what a person may ask for under the personal information law: a copy, a correction, an erasure
//! - [`reports`]: figures over several domains
//! - [`sampling_figures`]: the figures of inspections, counted from rows, today and as of a past day
//! - [`recovery`]: what becomes of enterprises after their cases are cleared: under care, recovered or relapsed
//! - [`support_programmes`]: recovery support by place and by product: diagnosis, measures, a frozen baseline, evaluations
//! - [`credit_figures`]: the figures of credit grades, today and as of a past day
//! - [`oversight`]: letters, interviews and listings by which an authority moves a region under it, an enterprise or a laboratory
//! - [`bulletins`]: final results of inspections, published for everybody
//! - [`credit_codes`]: public addresses of good records (品质信用码), in force as each scan finds them
//! - [`telemetry`], [`server`] and [`cli`]: what starts the program: they gather the domains and decide nothing

pub use zerodesk_desk_tools::*;
pub use zerodesk_figures::*;
pub use zerodesk_support::*;

pub mod cli;
pub mod server;
pub mod telemetry;

/// What every domain declares of itself, the lowest first: all that the server gathers comes from this list.
pub static ROOMS: &[&web::room::Room] = &[
    &server::room::DATABASE,
    &server::room::REFERENCE,
    &exports::ROOM,
    &list_files::ROOM,
    &notifications::ROOM,
    &accounts::ROOM,
    &audit::ROOM,
    &presence::ROOM,
    &enterprises::ROOM,
    &attachments::ROOM,
    &experts::ROOM,
    &matching::ROOM,
    &chat::ROOM,
    &consultations::ROOM,
    &remediation::ROOM,
    &zero_out::ROOM,
    &plans::ROOM,
    &programmes::ROOM,
    &people::ROOM,
    &signals::ROOM,
    &inspections::ROOM,
    &label_checks::ROOM,
    &cross_inspections::ROOM,
    &recordings::ROOM,
    &sampling_lists::ROOM,
    &conduct::ROOM,
    &credit::ROOM,
    &penalty_lists::ROOM,
    &conduct_sources::ROOM,
    &engagements::ROOM,
    &rounds::ROOM,
    &online_sessions::ROOM,
    &vouchers::ROOM,
    &campaigns::ROOM,
    &risk::ROOM,
    &withdrawals::ROOM,
    &response_targets::ROOM,
    &consultation_tags::ROOM,
    &saved_filters::ROOM,
    &canned_replies::ROOM,
    &unread_mails::ROOM,
    &web_push::ROOM,
    &api_keys::ROOM,
    &webhooks::ROOM,
    &search::ROOM,
    &knowledge::ROOM,
    &retention::ROOM,
    &personal_data::ROOM,
    &reports::ROOM,
    &sampling_figures::ROOM,
    &recovery::ROOM,
    &support_programmes::ROOM,
    &credit_figures::ROOM,
    &oversight::ROOM,
    &bulletins::ROOM,
    &credit_codes::ROOM,
    &server::room::SERVER,
];
