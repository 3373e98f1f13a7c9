//! Checks of `#[reactive_server]` and `#[reactive_client]` on a module of stages.

use quote::ToTokens;
use syn::{GenericParam, Ident, Type};

use super::handler;
use crate::{
    errors::Errors,
    model::{Composite, Config, Stage, TAKEN, mentions, mentions_bare},
};

pub(crate) fn composite(composite: &Composite, errors: &Errors) {
    if composite.stages.is_empty() && errors.is_empty() {
        errors.at(
            &composite.ident,
            "a composite has stages: annotate its fns with `#[stage(Name => Successor | Successor)]`",
        );
    }
    for stage in &composite.stages {
        handler(&stage.handler, errors);
        signature(stage, errors);
        peer(composite, stage, errors);
        shadowed(composite, stage, errors);
    }
    configs(composite, errors);
    names(composite, errors);
    transitions(composite, errors);
    shared_state(composite, errors);
}

fn signature(stage: &Stage, errors: &Errors) {
    for param in &stage.handler.sig.generics.params {
        if !matches!(param, GenericParam::Lifetime(_)) {
            errors.at(
                param,
                "nobody tells the generic parameters of a stage: name the types",
            );
        }
    }
    for payload in &stage.handler.arguments.payload {
        if mentions(&payload.ty, |ident| ident == "impl") {
            errors.at(
                &payload.ty,
                "what a stage is handed is a field of its composite's state: name the type",
            );
        }
    }
}

/// A peer that is recognisably that of another stage; what is not, the compiler finds.
fn peer(composite: &Composite, stage: &Stage, errors: &Errors) {
    let Some(named) = stage.handler.arguments.successor.as_ref().and_then(ident) else {
        return;
    };
    let is_other = |other: &Stage| other.leaving == *named && other.leaving != stage.leaving;
    if composite.stages.iter().any(is_other) {
        let leaving = &stage.leaving;
        errors.at(
            named,
            format!("the peer of another stage: this one is left through `Peer<…, {leaving}>`"),
        );
    }
}

/// Types whose name is that of an enum of the macro: here they are not what is meant.
fn shadowed(composite: &Composite, stage: &Stage, errors: &Errors) {
    let arguments = &stage.handler.arguments;
    let handed = arguments.payload.iter().chain(&arguments.state);
    let types = handed
        .map(|argument| &argument.ty)
        .chain(&arguments.remote)
        .chain(&arguments.peer);
    for ty in types {
        for other in &composite.stages {
            let (leaving, name) = (&other.leaving, &other.name);
            if mentions_bare(ty, &leaving.to_string()) {
                errors.at(
                    ty,
                    format!("`{leaving}` is the enum of what the stage `{name}` may be left for, and hides any other type of that name: give it another one by the key `name`, as in `#[stage({name}, name = Leave{name})]`"),
                );
            }
        }
        for taken in TAKEN {
            if mentions_bare(ty, taken) {
                errors.at(
                    ty,
                    format!("`{taken}` is what the macro adds to the module, and hides any other type of that name: import yours under another one, as in `use super::{taken} as Its{taken}`"),
                );
            }
        }
    }
}

/// The name of a type that is nothing but a name.
fn ident(ty: &Type) -> Option<&Ident> {
    match ty {
        Type::Path(path) => path.path.get_ident(),
        _ => None,
    }
}

/// `config(…)` of the module is found at `CONFIG`, which hides any other one.
fn configs(composite: &Composite, errors: &Errors) {
    let Some(Config::Fields(..)) = &composite.keys.config else {
        return;
    };
    for stage in &composite.stages {
        if let Some(Config::Const(own)) = &stage.handler.keys.config
            && mentions_bare(own, "CONFIG")
        {
            errors.at(
                own,
                "`CONFIG` is here what `config(…)` of the module gives: write `config = super::CONFIG` for another one",
            );
        }
    }
}

/// Names of fns that the macro adds to the module.
const STARTING: [&str; 3] = ["with", "bind", "connect"];

fn names(composite: &Composite, errors: &Errors) {
    let all = &composite.stages;
    for (index, stage) in all.iter().enumerate() {
        let earlier = &all[..index];
        let name = &stage.name;
        let function = &stage.handler.sig.ident;
        if STARTING.iter().any(|starting| function == starting) {
            errors.at(
                function,
                format!("`{function}` is what starts the composite: name the stage's fn otherwise"),
            );
        }
        if name == "LocalServiceTermination" {
            errors.at(
                name,
                "this is what the end of the service is called: name the stage otherwise",
            );
        }
        let doubles = |other: &&Stage| {
            // `#[cfg]`s may choose one of several stages
            other.name == *name && (other.handler.cfgs.is_empty() || stage.handler.cfgs.is_empty())
        };
        if earlier.iter().any(|other| doubles(&other)) {
            errors.at(name, format!("`{name}` is a stage already"));
        }
        let leaving = &stage.leaving;
        let is_taken = TAKEN.iter().any(|taken| leaving == taken);
        if is_taken || earlier.iter().any(|other| other.leaving == *leaving) {
            errors.at(
                leaving,
                format!("`{leaving}`, the enum of what this stage may be left for, has a name that is taken: choose one by the key `name`, as in `#[stage({name}, name = Leave{name})]`"),
            );
        }
    }
}

fn transitions(composite: &Composite, errors: &Errors) {
    let known: Vec<_> = composite
        .stages
        .iter()
        .map(|stage| format!("`{}`", stage.name))
        .collect();
    for stage in &composite.stages {
        for (index, successor) in stage.successors.iter().enumerate() {
            if composite.named(successor).next().is_none() {
                let known = known.join(", ");
                errors.at(
                    successor,
                    format!("no stage is called `{successor}`; the stages are {known}"),
                );
            }
            if stage.successors[..index].contains(successor) {
                errors.at(
                    successor,
                    format!("`{successor}` is given twice; keep one of them"),
                );
            }
        }
    }
    let Some(first) = composite.stages.first() else {
        return;
    };
    if let Some(cfg) = first.handler.cfgs.first()
        && composite.named(&first.name).count() == 1
    {
        errors.at(
            cfg,
            "every connection begins in the first stage: it is always there, or there is another one of its name for when it is not",
        );
    }
    for payload in &first.handler.arguments.payload {
        errors.at(
            &payload.ty,
            "the first stage begins a connection, and nothing comes before it: only later stages take something before their messages",
        );
    }
    let reached = reached(composite, &first.name);
    for stage in &composite.stages {
        let name = &stage.name;
        if !reached.contains(&name) {
            errors.at(
                name,
                format!("no connection gets to `{name}`: name it behind the `=>` of a stage that does, or remove it"),
            );
        }
    }
}

/// The stages that a connection can get to.
fn reached<'a>(composite: &'a Composite, first: &'a Ident) -> Vec<&'a Ident> {
    let mut reached = vec![first];
    let mut seen = 0;
    while let Some(name) = reached.get(seen).copied() {
        seen += 1;
        for successor in composite.named(name).flat_map(|stage| &stage.successors) {
            if !reached.contains(&successor) {
                reached.push(successor);
            }
        }
    }
    reached
}

/// State of one name is one value, for all stages.
fn shared_state(composite: &Composite, errors: &Errors) {
    let mut seen: Vec<(&Ident, String)> = Vec::new();
    for state in composite
        .stages
        .iter()
        .flat_map(|stage| &stage.handler.arguments.state)
    {
        let ty = state.ty.to_token_stream().to_string();
        match seen.iter().find(|(name, _)| **name == state.name) {
            Some((name, earlier)) if *earlier != ty => errors.at(
                &state.ty,
                format!("`{name}` is `{earlier}` in an earlier stage: stages share the state of one name, so give it one type, or two names"),
            ),
            Some(_) => {}
            None => seen.push((&state.name, ty)),
        }
    }
}
