const _: () = {
    use ::reactive_messaging::__private as __rm;
    #[automatically_derived]
    #[allow(clippy::all)]
    impl __rm::ReactiveProtocol for ClientMessages {
        type Wire = __rm::DefaultWire;
    }
};
