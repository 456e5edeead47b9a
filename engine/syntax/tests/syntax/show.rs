//! The typed tree in brackets, for comparison.

use weft_syntax::ast::{
    BinaryOp, Clause, Condition, Expr, ExprKind, LiteralKind, Name, Otherwise, Pattern, Piece,
};

/// An expression.
pub(crate) fn expr(e: &Expr) -> String {
    match &e.kind {
        ExprKind::Missing => "<missing>".to_owned(),
        ExprKind::Bool(value) => value.to_string(),
        ExprKind::Int(value) => value.to_string(),
        ExprKind::Literal(kind, pieces) => literal(*kind, pieces),
        ExprKind::None => "None".to_owned(),
        ExprKind::Some(value) => format!("(Some {})", expr(value)),
        ExprKind::Name(name) => name.clone(),
        ExprKind::Field(value, name) => format!("(. {} {})", expr(value), name.text),
        ExprKind::Method(value, name, arguments) => {
            format!("(call {} {}{})", expr(value), name.text, list(" ", arguments))
        }
        ExprKind::Call(name, arguments) => format!("({}{})", name.text, list(" ", arguments)),
        ExprKind::Index(value, keys) => {
            let key = |(name, value): &(Option<Name>, Expr)| {
                format!(
                    " {}{}",
                    name.as_ref().map(|name| format!("{}: ", name.text)).unwrap_or_default(),
                    expr(value)
                )
            };
            format!("(at {}{})", expr(value), keys.iter().map(key).collect::<String>())
        }
        ExprKind::Try(value) => format!("(? {})", expr(value)),
        ExprKind::Chain { value, rest } => format!("(?. {} {})", expr(value), expr(rest)),
        ExprKind::ChainValue => "^".to_owned(),
        ExprKind::Not(value) => format!("(not {})", expr(value)),
        ExprKind::Negate(value) => format!("(- {})", expr(value)),
        ExprKind::Binary(op, left, right) => format!("({} {} {})", operator(*op), expr(left), expr(right)),
        ExprKind::If { condition, then, otherwise } => {
            let otherwise = otherwise.as_ref().map(|value| format!(" {}", expr(value))).unwrap_or_default();
            format!("(if {} {}{otherwise})", show_condition(condition), expr(then))
        }
        ExprKind::Case { value, arms, otherwise } => {
            let mut parts: Vec<_> = arms
                .iter()
                .map(|(patterns, value)| format!("{} => {}", join(patterns), expr(value)))
                .collect();
            parts.extend(otherwise.as_ref().map(|value| format!("else {}", expr(value))));
            format!("(case {} {})", expr(value), parts.join(", "))
        }
        ExprKind::Tuple(parts) => format!("(tuple{})", list(" ", parts)),
        ExprKind::Set(members) => format!("{{{}}}", join(members)),
        ExprKind::List(members) => format!("[{}]", join(members)),
        ExprKind::Map(entries) => {
            let entries = entries.iter().map(|(key, value)| format!(" {}={}", expr(key), expr(value)));
            format!("(map{})", entries.collect::<String>())
        }
        ExprKind::Record(name, fields) => {
            let fields = fields.iter().map(|(field, value)| format!(" {}={}", field.text, expr(value)));
            format!("({}{})", name.text, fields.collect::<String>())
        }
        ExprKind::Aggregate { kind, key, value, clauses: body, order_by } => {
            let key = key.as_ref().map(|key| format!("{}=", expr(key))).unwrap_or_default();
            let body = if body.is_empty() { String::new() } else { format!(" {}", clauses(body)) };
            let order: Vec<_> = order_by
                .iter()
                .map(|(key, descending)| format!("{}{}", expr(key), if *descending { " desc" } else { "" }))
                .collect();
            let order = if order.is_empty() { String::new() } else { format!(" order {}", order.join(", ")) };
            format!("({kind:?} {key}{}{body}{order})", expr(value))
        }
        ExprKind::Exists(body) => format!("(exists {})", clauses(body)),
        ExprKind::OutputRef { database, table, key } => {
            let key = key.iter().map(|(column, value)| format!(" {}: {}", column.text, expr(value)));
            format!("(ref {}.{}{})", database.text, table.text, key.collect::<String>())
        }
    }
}

/// Clauses, one after another.
pub(crate) fn clauses(clauses: &[Clause]) -> String {
    clauses.iter().map(clause).collect::<Vec<_>>().join("; ")
}

fn clause(clause: &Clause) -> String {
    match clause {
        Clause::From { pattern, source, cross, .. } => {
            format!(
                "from {}{} in {}",
                if *cross { "cross " } else { "" },
                show_pattern(pattern),
                expr(source)
            )
        }
        Clause::Where(condition) => format!("where {}", expr(condition)),
        Clause::Let { pattern, value, otherwise, .. } => {
            let otherwise = match otherwise {
                Otherwise::None => String::new(),
                Otherwise::Skip => " else skip".to_owned(),
                Otherwise::Warn(text) => format!(" else warn {}", expr(text)),
            };
            format!("let {} = {}{otherwise}", show_pattern(pattern), expr(value))
        }
    }
}

fn show_pattern(pattern: &Pattern) -> String {
    match pattern {
        Pattern::Variable(name) => name.text.clone(),
        Pattern::Tuple(names, _) => {
            format!("({})", names.iter().map(|name| name.text.as_str()).collect::<Vec<_>>().join(" "))
        }
    }
}

fn show_condition(condition: &Condition) -> String {
    match condition {
        Condition::Bool(value) => expr(value),
        Condition::IsSome { value, pattern } => format!("{} is {}", expr(value), pattern.text),
    }
}

fn literal(kind: LiteralKind, pieces: &[Piece]) -> String {
    let prefix = match kind {
        LiteralKind::Plain => "",
        LiteralKind::Match => "match",
        LiteralKind::Actions => "actions",
    };
    let pieces = pieces.iter().map(|piece| match piece {
        Piece::Text(text) => text.clone(),
        Piece::Hole(hole) => format!("${{{}}}", expr(hole)),
    });
    format!("{prefix}\"{}\"", pieces.collect::<String>())
}

fn list(before: &str, exprs: &[Expr]) -> String {
    exprs.iter().map(|e| format!("{before}{}", expr(e))).collect()
}

fn join(exprs: &[Expr]) -> String {
    exprs.iter().map(expr).collect::<Vec<_>>().join(" ")
}

fn operator(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Or => "or",
        BinaryOp::And => "and",
        BinaryOp::Eq => "==",
        BinaryOp::Ne => "!=",
        BinaryOp::Lt => "<",
        BinaryOp::Le => "<=",
        BinaryOp::Gt => ">",
        BinaryOp::Ge => ">=",
        BinaryOp::In => "in",
        BinaryOp::NotIn => "not in",
        BinaryOp::Add => "+",
        BinaryOp::Sub => "-",
        BinaryOp::Mul => "*",
        BinaryOp::Div => "/",
        BinaryOp::Rem => "%",
        BinaryOp::Union => "|",
        BinaryOp::Intersect => "&",
        BinaryOp::Coalesce => "??",
    }
}
