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
//! - [`programmes`]: programmes of five kinds; for samplings targets, draws that anybody can repeat, laboratories, regimes of product kinds
//! - [`people`]: officers, experts and the people of enterprises: invited, changed, deactivated
//! - [`signals`]: reports of danger (风险信息): entered, matched, near-duplicates merged, triaged
//! - [`inspections`]: inspections of one product at one operator, from the draw to the final result and its consequences
//! - [`label_checks`]: labels checked by checklists, devices of quick tests
//! - [`cross_inspections`]: enterprises test each other's products in rounds; only the group sees the results
//! - [`recordings`]: videos of samplings in hash chains, and the chain of custody of samples
//! - [`sampling_lists`]: lists of sampled products that offices publish and systems export, imported as inspections
//! - [`conduct`]: credit conduct: facts for or against a product or an operator, their due process, scores and grades as pure functions
//! - [`credit`]: stored grades of operators: listed, turned into tasks; statements, honour lists, other rules tried on the past
//! - [`penalty_lists`]: administrative penalties that authorities publish, imported as conduct
//! - [`conduct_sources`]: conduct that follows from inspections and cases
//! - [`engagements`]: visits and other events that help enterprises: visits with time slots, minutes and findings; trainings, commitments, follow-ups, outreach; calendar feeds
//! - [`rounds`]: circuit consultation: members, their stages by evidence, rounds with routes, figures
//! - [`online_sessions`]: experts answer enterprises of a kind of product together, at a time and on line
//! - [`vouchers`]: testing vouchers drawn by lottery, redeemed at product hospitals, accounted to the cent
//! - [`campaigns`]: special campaigns and outreach: registers, checks, the ledger of hazards
//! - [`risk`]: assessments of risk, the index of risk by kind and region, quality alerts
//! - [`withdrawals`]: imports withdrawn as a whole, and the check of what was built on their rows
//! - [`response_targets`]: how soon enterprises are to be answered
//! - [`consultation_tags`]: tags that officers manage for their regions, and the consultations that have them
//! - [`saved_filters`]: filters of lists that people save under a name
//! - [`canned_replies`]: reply templates with placeholders, for experts and officers
//! - [`unread_mails`]: mails about unread messages to people who are not connected
//! - [`web_push`]: browser notifications about unread messages, by Web Push
//! - [`api_keys`]: programs of other systems, which act within the scopes of their keys
//! - [`webhooks`]: signed calls that inform other systems of events
//! - [`search`]: one search over everything that a person may see, and the index of messages
//! - [`knowledge`]: articles made from concluded consultations, with names removed, and what is similar to a question
//! - [`retention`]: how long data are kept: erasure after a period, legal holds
//! - [`personal_data`]: what a person may ask for under the personal information law: a copy, a correction, an erasure
//! - [`reports`]: figures over several domains
//! - [`sampling_figures`]: the figures of inspections, counted from rows, today and as of a past day
//! - [`recovery`]: what happens to enterprises after their cases are cleared: under care, recovered or relapsed
//! - [`support_programmes`]: recovery support by place and by product: diagnosis, measures, a baseline fixed at the approval, evaluations
//! - [`credit_figures`]: the figures of credit grades, today and as of a past day
//! - [`oversight`]: letters, interviews and listings by which an authority makes a region under it, an enterprise or a laboratory act
//! - [`bulletins`]: final results of inspections, published for everybody
//! - [`credit_codes`]: public addresses of good records (品质信用码), whose validity is checked at each scan
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
