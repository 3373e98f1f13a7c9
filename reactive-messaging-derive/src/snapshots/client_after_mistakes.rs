pub async fn caller(messages: Incoming<ServerMessages>) {}
#[allow(dead_code, missing_docs, non_camel_case_types)]
pub type caller = [(); ::core::compile_error! {
    "unknown key `wier`; did you mean `wire`?\nthe keys are `config`, `wire`, `concurrency`, `unordered`, `on_error`, `local`, `name`, `crate`, `shared`, `capacity`, `channel`, `processors`"
}];
::core::compile_error! {
    "`unordered` tells how concurrent futures are sent: add `concurrency = 16`, or any other number"
}
