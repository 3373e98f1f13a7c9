mod game {
    fn play(messages: Incoming<GameClient>) -> Play {
        Play::Lobby
    }
    /// Which stage a connection is in, with what that was handed.
    #[allow(
        dead_code,
        missing_debug_implementations,
        private_interfaces,
        unreachable_pub
    )]
    pub enum State {
        #[allow(missing_docs)]
        Game,
    }
    /// What the stage `Game` may be left for, with what that is handed.
    #[allow(
        dead_code,
        missing_debug_implementations,
        private_interfaces,
        unreachable_pub
    )]
    enum Play {
        #[allow(missing_docs)]
        Lobby,
    }
    #[allow(dead_code, missing_docs)]
    pub type Event = [(); ::core::compile_error! {
        "`wire` is what each stage has for itself: write it behind the transitions, as in `#[stage(Game => Over, wire = Json)]`"
    }];
    #[allow(dead_code, missing_docs, non_upper_case_globals)]
    pub const with: Event = loop {};
    #[allow(dead_code, missing_docs, non_upper_case_globals)]
    pub const bind: Event = loop {};
    #[allow(dead_code, missing_docs, non_upper_case_globals)]
    pub const connect: Event = loop {};
    ::core::compile_error! {
        "no stage is called `Lobby`; the stages are `Game`"
    }
}
