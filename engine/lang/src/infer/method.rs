//! Methods of the language's own types.

use weft_syntax::ast::{self, Name};
use weft_syntax::span::Span;

use super::failed;
use crate::builtin::Builtin;
use crate::checker::Checker;
use crate::expr::{Expr, ExprKind};
use crate::report::{Detail, did_you_mean, error};
use crate::scope::Scope;
use crate::types::Type;

/// A method: what it takes after the receiver, and what it gives.
struct Method {
    name: &'static str,
    builtin: Builtin,
    parameters: Vec<Type>,
    result: Type,
}

fn method(name: &'static str, builtin: Builtin, parameters: &[Type], result: Type) -> Method {
    Method { name, builtin, parameters: parameters.to_vec(), result }
}

impl<'a> Checker<'a> {
    pub(super) fn infer_method(
        &mut self,
        scope: &mut Scope<'a>,
        span: Span,
        receiver: &'a ast::Expr,
        name: &'a Name,
        arguments: &'a [ast::Expr],
    ) -> Expr {
        if let Some(collection) = self.named_collection(scope, receiver) {
            self.report_collection_as_value(&collection);
            return failed(span);
        }
        let receiver = self.infer(scope, receiver, &Type::Unknown);
        if receiver.ty == Type::Unknown {
            for argument in arguments {
                self.infer(scope, argument, &Type::Unknown);
            }
            return failed(span);
        }
        self.method(scope, span, receiver, name, arguments)
    }

    pub(super) fn method(
        &mut self,
        scope: &mut Scope<'a>,
        span: Span,
        receiver: Expr,
        name: &'a Name,
        arguments: &'a [ast::Expr],
    ) -> Expr {
        if let Some(builtin) = presence(&name.text) {
            let receiver_span = receiver.span;
            let receiver = self.tried(receiver, receiver_span);
            return Expr { span, ty: Type::Bool, kind: ExprKind::Builtin(builtin, vec![receiver]) };
        }
        let methods = self.methods_of(&receiver.ty);
        let Some(method) = methods.iter().find(|method| method.name == name.text) else {
            let help = match &receiver.ty {
                Type::Option(_) => Some(format!("for the value inside, write `?.{}`", name.text)),
                _ => did_you_mean(&name.text, methods.iter().map(|method| method.name)),
            };
            let message = format!("{} has no method `{}`", self.program.type_name(&receiver.ty), name.text);
            self.report.push(error("E0205", name.span, message, "unknown method").help(help));
            return failed(span);
        };
        if method.parameters.len() != arguments.len() {
            let message = format!("`{}` takes {}", name.text, count_of_arguments(method.parameters.len()));
            self.report.push(error("E0302", name.span, message, format!("{} given", arguments.len())));
            return Expr { ty: method.result.clone(), ..failed(span) };
        }
        let mut values = vec![receiver];
        for (argument, ty) in arguments.iter().zip(&method.parameters) {
            values.push(self.check(scope, argument, ty));
        }
        Expr { span, ty: method.result.clone(), kind: ExprKind::Builtin(method.builtin, values) }
    }

    fn methods_of(&self, ty: &Type) -> Vec<Method> {
        match ty {
            Type::String => string_methods(),
            Type::List(element) => self.list_methods(element, false),
            Type::Set(element) => self.list_methods(element, true),
            Type::Map(key, value) => map_methods(key, value),
            Type::Int => vec![method("text", Builtin::IntText, &[], Type::String)],
            Type::Uuid => vec![
                method("text", Builtin::UuidText, &[], Type::String),
                method("short", Builtin::UuidShort, &[], Type::String),
            ],
            Type::Stage => vec![
                method("number", Builtin::StageNumber, &[], Type::Int),
                method("name", Builtin::StageName, &[], Type::String),
                method("pipeline", Builtin::StagePipeline, &[], Type::String),
            ],
            _ => Vec::new(),
        }
    }

    fn list_methods(&self, element: &Type, is_set: bool) -> Vec<Method> {
        let optional = element.clone().optional();
        let mut methods = vec![
            method("size", Builtin::Size, &[], Type::Int),
            method("is_empty", Builtin::IsEmpty, &[], Type::Bool),
            method("first", Builtin::First, &[], optional.clone()),
            method("last", Builtin::Last, &[], optional),
        ];
        if is_set {
            methods.push(method("to_list", Builtin::ToList, &[], Type::List(Box::new(element.clone()))));
        } else {
            methods.push(method("to_set", Builtin::ToSet, &[], Type::Set(Box::new(element.clone()))));
        }
        let is_text = match element {
            Type::Extern(id) => self.program.extern_types[id.index()].representation == Type::String,
            other => *other == Type::String,
        };
        if is_text {
            methods.push(method("join", Builtin::Join, &[Type::String], Type::String));
        }
        methods
    }
}

/// The methods that tell whether there is a value; every type has them.
pub(super) fn presence(name: &str) -> Option<Builtin> {
    match name {
        "is_some" => Some(Builtin::IsSome),
        "is_none" => Some(Builtin::IsNone),
        _ => None,
    }
}

fn string_methods() -> Vec<Method> {
    use Builtin as B;
    let string = || [Type::String];
    vec![
        method("length", B::StringLength, &[], Type::Int),
        method("is_empty", B::StringIsEmpty, &[], Type::Bool),
        method("starts_with", B::StringStartsWith, &string(), Type::Bool),
        method("ends_with", B::StringEndsWith, &string(), Type::Bool),
        method("contains", B::StringContains, &string(), Type::Bool),
        method("split", B::StringSplit, &string(), Type::List(Box::new(Type::String))),
        method("trim", B::StringTrim, &[], Type::String),
        method("lower", B::StringLower, &[], Type::String),
        method("to_int", B::StringToInt, &[], Type::Int.optional()),
        method("to_bool", B::StringToBool, &[], Type::Bool.optional()),
        method("strip_prefix", B::StringStripPrefix, &string(), Type::String.optional()),
        method("replace", B::StringReplace, &[Type::String, Type::String], Type::String),
    ]
}

fn map_methods(key: &Type, value: &Type) -> Vec<Method> {
    let mut methods = vec![
        method("size", Builtin::Size, &[], Type::Int),
        method("is_empty", Builtin::IsEmpty, &[], Type::Bool),
        method("keys", Builtin::MapKeys, &[], Type::Set(Box::new(key.clone()))),
        method("values", Builtin::MapValues, &[], Type::List(Box::new(value.clone()))),
    ];
    if *value == Type::String {
        methods.push(method("get_bool", Builtin::MapGetBool, &[key.clone(), Type::Bool], Type::Bool));
        methods.push(method("get_int", Builtin::MapGetInt, &[key.clone(), Type::Int], Type::Int));
    }
    methods
}

/// `no argument`, `one argument`, `3 arguments`.
pub(super) fn count_of_arguments(count: usize) -> String {
    match count {
        0 => "no argument".to_owned(),
        1 => "one argument".to_owned(),
        _ => format!("{count} arguments"),
    }
}
