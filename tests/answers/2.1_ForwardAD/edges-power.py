# %% right: two cases
def any_power(self, other):
    if other.dvalue == 0:
        if other.value == 0:
            return DualNumber(1.0, 0.0)
        return DualNumber(self.value ** other.value, other.value * self.value ** (other.value - 1) * self.dvalue)
    value = self.value ** other.value
    return DualNumber(value, value * (other.dvalue * math.log(self.value) + other.value * self.dvalue / self.value))


DualNumber.__pow__ = lifted(any_power)

# %% right: terms added as needed
def any_power(self, other):
    value = self.value ** other.value
    dvalue = 0.0
    if other.value != 0:
        dvalue += other.value * self.value ** (other.value - 1) * self.dvalue
    if other.dvalue != 0:
        dvalue += value * math.log(self.value) * other.dvalue
    return DualNumber(value, dvalue)


DualNumber.__pow__ = lifted(any_power)

# %% right: the earlier power for the moving exponent
def any_power(self, other):
    if other.dvalue:
        return power(self, other)
    if not other.value:
        return DualNumber(1, 0)
    return DualNumber(self.value ** other.value, other.value * self.value ** (other.value - 1) * self.dvalue)


DualNumber.__pow__ = lifted(any_power)

# %% right: catching the error of the logarithm
def any_power(self, other):
    def term(compute):
        try:
            return compute()
        except (ValueError, ZeroDivisionError):
            return 0.0

    from_base = term(lambda: other.value * self.value ** (other.value - 1) * self.dvalue)
    from_exponent = term(lambda: self.value ** other.value * math.log(self.value) * other.dvalue)
    return DualNumber(self.value ** other.value, from_base + from_exponent)


DualNumber.__pow__ = lifted(any_power)

# %% right: conditional expressions
def any_power(self, other):
    n, a = other.value, self.value
    factor = n * a ** (n - 1) if n else 0.0
    return DualNumber(a ** n, factor * self.dvalue + (a ** n * math.log(a) * other.dvalue if other.dvalue else 0.0))


DualNumber.__pow__ = lifted(any_power)

# %% wrong: as before: the logarithm of a negative number
# says: ValueError
def any_power(self, other):
    return DualNumber(self.value ** other.value, other.value * self.value ** (other.value - 1) * self.dvalue + self.value ** other.value * math.log(self.value) * other.dvalue)


DualNumber.__pow__ = lifted(any_power)

# %% wrong: the logarithm of abs(a), times 0
# says: ValueError
def any_power(self, other):
    return DualNumber(self.value ** other.value, other.value * self.value ** (other.value - 1) * self.dvalue + self.value ** other.value * math.log(abs(self.value)) * other.dvalue)


DualNumber.__pow__ = lifted(any_power)

# %% wrong: the sign of the base taken away
# says: the sign of the base was taken away
def any_power(self, other):
    if other.dvalue == 0:
        a = abs(self.value)
        if other.value == 0:
            return DualNumber(1.0, 0.0)
        return DualNumber(self.value ** other.value, -other.value * a ** (other.value - 1) * self.dvalue if self.value < 0 else other.value * a ** (other.value - 1) * self.dvalue)
    value = self.value ** other.value
    return DualNumber(value, value * (other.dvalue * math.log(self.value) + other.value * self.dvalue / self.value))


DualNumber.__pow__ = lifted(any_power)

# %% wrong: factor dvalue missing
# says: da is missing as a factor
def any_power(self, other):
    if other.dvalue == 0:
        if other.value == 0:
            return DualNumber(1.0, 0.0)
        return DualNumber(self.value ** other.value, other.value * self.value ** (other.value - 1))
    value = self.value ** other.value
    return DualNumber(value, value * (other.dvalue * math.log(self.value) + other.value * self.dvalue / self.value))


DualNumber.__pow__ = lifted(any_power)

# %% wrong: exponent not lowered
# says: not lowered
def any_power(self, other):
    if other.dvalue == 0:
        if other.value == 0:
            return DualNumber(1.0, 0.0)
        return DualNumber(self.value ** other.value, other.value * self.value ** other.value * self.dvalue)
    value = self.value ** other.value
    return DualNumber(value, value * (other.dvalue * math.log(self.value) + other.value * self.dvalue / self.value))


DualNumber.__pow__ = lifted(any_power)

# %% wrong: x ** 0 by the rule: divides by zero at 0
# says: ZeroDivisionError
def any_power(self, other):
    if other.dvalue == 0:
        return DualNumber(self.value ** other.value, other.value * self.value ** (other.value - 1) * self.dvalue)
    value = self.value ** other.value
    return DualNumber(value, value * (other.dvalue * math.log(self.value) + other.value * self.dvalue / self.value))


DualNumber.__pow__ = lifted(any_power)

# %% wrong: no term for a moving exponent
# says: no term for a changing exponent
def any_power(self, other):
    if other.value == 0:
        return DualNumber(1.0, 0.0)
    return DualNumber(self.value ** other.value, other.value * self.value ** (other.value - 1) * self.dvalue)


DualNumber.__pow__ = lifted(any_power)

# %% wrong: 0 for every base that is not positive
def any_power(self, other):
    if self.value <= 0:
        return DualNumber(0.0, 0.0)
    return power(self, other)


DualNumber.__pow__ = lifted(any_power)

# %% wrong: a loop of products for every exponent
def any_power(self, other):
    result = DualNumber(1.0, 0.0)
    for _ in range(int(other.value)):
        result = result * self
    return result


DualNumber.__pow__ = lifted(any_power)

# %% wrong: log1p for the moving exponent
# says: takes log1p
def any_power(self, other):
    if other.dvalue == 0:
        if other.value == 0:
            return DualNumber(1.0, 0.0)
        return DualNumber(self.value ** other.value, other.value * self.value ** (other.value - 1) * self.dvalue)
    value = self.value ** other.value
    return DualNumber(value, value * (other.dvalue * math.log1p(self.value) + other.value * self.dvalue / self.value))


DualNumber.__pow__ = lifted(any_power)

# %% wrong: the dvalue of x ** 0 is that of x
def any_power(self, other):
    if other.dvalue == 0:
        if other.value == 0:
            return DualNumber(1.0, self.dvalue)
        return DualNumber(self.value ** other.value, other.value * self.value ** (other.value - 1) * self.dvalue)
    value = self.value ** other.value
    return DualNumber(value, value * (other.dvalue * math.log(self.value) + other.value * self.dvalue / self.value))


DualNumber.__pow__ = lifted(any_power)

# %% wrong: x ** 0 is 0
def any_power(self, other):
    if other.dvalue == 0:
        if other.value == 0:
            return DualNumber(0.0, 0.0)
        return DualNumber(self.value ** other.value, other.value * self.value ** (other.value - 1) * self.dvalue)
    value = self.value ** other.value
    return DualNumber(value, value * (other.dvalue * math.log(self.value) + other.value * self.dvalue / self.value))


DualNumber.__pow__ = lifted(any_power)
