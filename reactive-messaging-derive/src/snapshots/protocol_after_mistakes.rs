impl ::reactive_messaging::__private::ReactiveProtocol for ClientMessages {
    type Wire = [(); ::core::compile_error! {
        "unknown key `wier`; did you mean `wire`?\nthe keys are `wire`, `max_frame_len`, `views`, `crate`"
    }];
}
::core::compile_error! {
    "`max_frame_len` takes a number of bytes: write `max_frame_len = 4 * 1024`"
}
